"""The numbers of which centres differ, in the groups in which a site looks at them."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["GROUPS"]

GROUPS: Mapping[str, tuple[str, ...]] = {
    "Refill dates": (
        "refill_lead_short", "refill_lead_long", "stability_in_pump", "due_soon", "due_horizon",
        "due_escalation",
    ),
    "Checks at a refill": (
        "delivered_ratio_low", "delivered_ratio_high", "refill_difference_limit", "pocket_fill_threshold_20",
        "pocket_fill_threshold_40",
    ),
    "Screening": (
        "screening_dose_first", "screening_dose_second", "screening_dose_highest",
        "screening_dose_small_child", "screening_interval", "screening_observation",
        "responder_threshold_gilmartin",
    ),
    "Titration and maintenance": (
        "titration_step_cerebral", "titration_step_child", "titration_step_spinal", "large_titration_step",
        "hard_dose_change_factor", "maintenance_increase_cerebral", "maintenance_increase_spinal",
        "maintenance_reduction", "cerebral_maintenance_dose", "spinal_maintenance_dose",
        "little_experience_dose", "shortest_bolus_interval", "ten_fold_change",
    ),
    "Answering": (
        "alarm_answer_critical", "alarm_answer_non_critical", "mri_interrogation_time", "uncertain_pump_time",
        "program_confirmation_time",
    ),
    "Follow-up and replacement": (
        "first_visit_gillette", "physiotherapy_review_interval", "replacement_lead",
        "replacement_amber_age",
    ),
    "Log-in": (
        "idle_log_off", "longest_log_in", "log_in_attempts", "log_in_attempts_of_an_address",
        "log_in_window", "break_glass_length",
    ),
    "Daily mail": ("mail_retry", "mail_patience"),
}  # fmt: skip
"""Names of settable numbers by the title of their group."""
