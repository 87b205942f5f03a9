"""The end of a therapy: the pump stopped or taken out, the last balance of drug, cover by mouth."""
