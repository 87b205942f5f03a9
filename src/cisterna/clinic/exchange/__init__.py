"""What leaves the clinic and comes in: one therapy as a file, or everything as one archive, without loss."""

from cisterna.clinic.exchange.reading import import_everything
from cisterna.clinic.exchange.therapy import TherapyFile, export_therapy, import_therapy, patient_called
from cisterna.clinic.exchange.writing import Exported, export_everything

__all__ = [
    "Exported",
    "TherapyFile",
    "export_everything",
    "export_therapy",
    "import_everything",
    "import_therapy",
    "patient_called",
]
