-- name: direct_answer_share
-- label-zh: 直接答复率
-- label-en: Direct-answer share
-- place: 9
-- driver: efficiency
-- unit: share
-- better: -
-- formula-zh: 无需派单、当场答复的诉求 ÷ 已答复或已派单的诉求
-- formula-en: Demands answered at once, without a unit ÷ demands answered or dispatched
-- numerator-zh: 直接答复，且从未派单
-- numerator-en: answered directly, and never dispatched
-- denominator-zh: 本期收到，已答复或已派单
-- denominator-en: received in the period, answered or dispatched
-- exclusions: undecided
-- set-aside: apart
-- owner: statistics
-- since: 2026-11-28
-- source: here

SELECT
  order_id AS row_id, demand_id, opened_at AS happened_at, unit, category, area, channel,
  CASE WHEN set_aside = '' AND answered_directly AND dispatches = 0 THEN 1 ELSE 0 END AS numerator,
  CASE WHEN set_aside = '' AND (answered_directly OR dispatches > 0) THEN 1 ELSE 0 END AS denominator,
  CASE
    WHEN set_aside <> '' THEN set_aside
    WHEN NOT answered_directly AND dispatches = 0 THEN 'undecided'
    ELSE '' END AS left_out
FROM orders
WHERE opened_at IS NOT NULL
