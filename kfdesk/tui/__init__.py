"""The console. `kfdesk.tui.app.run` opens it; nothing here is imported before it is needed."""
