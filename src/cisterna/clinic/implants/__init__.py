"""The implant ledger: pumps and catheters of all patients, by model, serial and lot; for a recall."""
