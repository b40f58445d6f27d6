"""Changes templates, with the effects on series and jobs: services, API, admin, commands, import and export."""
