-- name: median_hours
-- label-zh: 答复用时中位数
-- label-en: Median time to the answer
-- place: 12
-- driver: efficiency
-- unit: hours
-- better: low
-- formula-zh: 半数办结工单在收到后这么多小时内得到最终答复
-- formula-en: Half of the closed orders had the answer that stood within this many hours of being received
-- numerator-zh: 从收到（或重启）到最终答复的小时数
-- numerator-en: hours from receiving (or reopening) to the answer that stood
-- denominator-zh: 本期办结且有答复
-- denominator-en: closed in the period with an answer
-- exclusions: no_reply
-- set-aside: apart
-- owner: statistics
-- since: 2026-11-28
-- source: here

SELECT
  order_id AS row_id, demand_id, closed_at AS happened_at, unit, category, area, channel,
  CASE WHEN set_aside = '' AND minutes_taken IS NOT NULL THEN minutes_taken ELSE 0 END AS numerator,
  CASE WHEN set_aside = '' AND minutes_taken IS NOT NULL THEN 1 ELSE 0 END AS denominator,
  CASE
    WHEN set_aside <> '' THEN set_aside
    WHEN minutes_taken IS NULL THEN 'no_reply'
    ELSE '' END AS left_out
FROM orders
WHERE closed_at IS NOT NULL
