"""Migrations under the label of now. Those of the former label lie in `migrations`, as they landed; new ones go here."""
