"""Changes of templates with all that follows for series and jobs: services, API, admin, import and export."""
