"""ROME-EM: groups of lines fitted by EM: the loop with its M-step, the gate and its Newton step, starts."""

from rome.em.cluster_rows import ClusterRows
from rome.em.estimator import RomeEM
from rome.em.parquet_rows import ParquetRows
from rome.em.rows import ArrayRows

__all__ = ["ArrayRows", "ClusterRows", "ParquetRows", "RomeEM"]
