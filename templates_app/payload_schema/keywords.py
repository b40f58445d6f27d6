"""How the language's keys are called in JSON Schema and in the form's hints: read by compiler and decompiler."""

from __future__ import annotations

RULES = {
    "minValue": "minimum",
    "maxValue": "maximum",
    "step": "multipleOf",
    "minLength": "minLength",
    "maxLength": "maxLength",
    "patternMessage": "x-patternMessage",
    "min": "x-min",
    "max": "x-max",
    "minItems": "minItems",
    "maxItems": "maxItems",
}
ABOUT = {"label": "title", "help": "description", "deprecated": "deprecated", "readOnly": "readOnly"}
CONDITIONS = {"showIf": "x-showIf", "requiredIf": "x-requiredIf"}
HINTS = {"placeholder": "ui:placeholder", "unit": "ui:unit", "group": "ui:group"}
