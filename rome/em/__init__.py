"""ROME-EM: a mixture of linear experts whose membership is driven by the sensitive attributes."""

from rome.em.cluster_rows import ClusterRows
from rome.em.estimator import RomeEM
from rome.em.parquet_rows import ParquetRows
from rome.em.rows import ArrayRows

__all__ = ["ArrayRows", "ClusterRows", "ParquetRows", "RomeEM"]
