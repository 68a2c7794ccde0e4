"""One run, table to ``StudyResult``: candidates, `do_no_harm`, fit, validate, describe, maps."""

from rome.study.audit import audit
from rome.study.evidence import Gathered, advice_id, advise
from rome.study.protocols import Progress
from rome.study.run import StudyRun, run, study_id

__all__ = ["Gathered", "Progress", "StudyRun", "advice_id", "advise", "audit", "run", "study_id"]
