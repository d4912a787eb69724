"""What histories of searches say: for `exogene report`, the scripts and notebooks.

    from analysis.history import read
    from analysis.measures import best_so_far, front, reported

`history` reads, `measures` and `operators` compute, `figures` draws, `sections` and `comparison` are what a report has
of one history and of several, `report` writes it.
"""
