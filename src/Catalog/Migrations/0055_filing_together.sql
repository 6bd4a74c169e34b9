-- Only what is unlinked has suggestions that wait. Reckoned apart, the planner takes the waiting ones for a fraction of what they are, and sorts
-- thousands of clips where it could read some in the order of their times.
create statistics clip_filing_together (mcv) on filed, suggested, kind, sidecar from clip;
analyze clip;
