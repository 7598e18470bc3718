"""The pane of views: what there is to look at, and how many tickets stand in each."""
