-- name: satisfaction_rate
-- label-zh: 满意率
-- label-en: Satisfaction rate
-- place: 3
-- driver: services
-- unit: share
-- better: high
-- formula-zh: 回访中表示基本满意及以上（五级中的 3 至 5 级）的诉求人 ÷ 有效回访
-- formula-en: Requesters who are fairly satisfied or better (3 to 5 of 5) ÷ call-backs that were answered
-- numerator-zh: 诉求人评价为 3、4 或 5 级（满分 5 级）
-- numerator-en: the requester gives 3, 4 or 5 of 5
-- denominator-zh: 本期办结，回访接通并作答
-- denominator-en: closed in the period, requester reached and answering
-- exclusions: not_asked, unreached, unanswered
-- set-aside: apart
-- owner: statistics
-- since: 2026-11-28
-- source: 北京市接诉即办工作条例（2021）第三十二条

SELECT
  order_id AS row_id, demand_id, closed_at AS happened_at, unit, category, area, channel,
  CASE WHEN set_aside = '' AND callback_satisfaction >= 3 THEN 1 ELSE 0 END AS numerator,
  CASE WHEN set_aside = '' AND callback_satisfaction IS NOT NULL THEN 1 ELSE 0 END AS denominator,
  CASE
    WHEN set_aside <> '' THEN set_aside
    WHEN callback_tries = 0 THEN 'not_asked'
    WHEN callback_tries > 0 AND NOT callback_reached THEN 'unreached'
    WHEN callback_reached AND callback_satisfaction IS NULL THEN 'unanswered'
    ELSE '' END AS left_out
FROM orders
WHERE closed_at IS NOT NULL
