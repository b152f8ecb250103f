-- name: automatic_benefit_share
-- label-zh: 免申即享率
-- label-en: Granted without an application
-- place: 18
-- driver: innovation
-- unit: share
-- better: -
-- formula-zh: 由规则直接给予、无需申请的待遇 ÷ 给予的待遇
-- formula-en: Benefits that the rules granted without an application ÷ benefits granted
-- numerator-zh: 由机器按规则给予
-- numerator-en: granted by the rules
-- denominator-zh: 期内给予或调高
-- denominator-en: granted or raised in the period
-- exclusions: -
-- set-aside: counted
-- owner: statistics
-- since: 2026-11-28
-- source: here

SELECT
  decision_id AS row_id, CAST(NULL AS BIGINT) AS demand_id, decided_at AS happened_at, '' AS unit, book AS category, area,
  '' AS channel,
  CASE WHEN by_machine THEN 1 ELSE 0 END AS numerator,
  1 AS denominator,
  '' AS left_out
FROM benefits
WHERE outcome IN ('granted', 'raised')
