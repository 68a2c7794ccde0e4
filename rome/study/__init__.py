"""One run: table, roles and settings go in, a ``StudyResult`` comes out."""

from rome.study.run import Progress, StudyRun, run, study_id

__all__ = ["Progress", "StudyRun", "run", "study_id"]
