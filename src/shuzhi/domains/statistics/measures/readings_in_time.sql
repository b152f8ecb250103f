-- name: readings_in_time
-- label-zh: 观测及时率
-- label-en: Readings told in time
-- place: 21
-- driver: decisions
-- unit: share
-- better: high
-- formula-zh: 观测后一天内上报的读数 ÷ 期内的观测读数
-- formula-en: Readings told within a day of being taken ÷ readings taken in the period
-- numerator-zh: 观测后一天内上报
-- numerator-en: told within a day of being taken
-- denominator-zh: 期内观测（天气、水位、空气、噪声等）
-- denominator-en: taken in the period: weather, water levels, air, noise
-- exclusions: foretold
-- set-aside: counted
-- owner: statistics
-- since: 2026-11-28
-- source: here

SELECT
  position AS row_id, CAST(NULL AS BIGINT) AS demand_id, observed_at AS happened_at, '' AS unit, quantity AS category, area,
  '' AS channel,
  CASE WHEN NOT foretold AND told_at <= observed_at + INTERVAL '1' DAY THEN 1 ELSE 0 END AS numerator,
  CASE WHEN foretold THEN 0 ELSE 1 END AS denominator,
  CASE WHEN foretold THEN 'foretold' ELSE '' END AS left_out
FROM readings
