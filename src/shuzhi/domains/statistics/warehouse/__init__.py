"""The warehouse: facts as Parquet files that DuckDB reads, and Spark reads just the same.

Which files count is said by one row of the database, which commits together with the listener's bookmark: a load that
is killed leaves files that nobody looks at, never half a batch.
"""
