-- name: own_voice_share
-- label-zh: 网上自主反映率
-- label-en: Reported without a clerk
-- place: 17
-- driver: participation
-- unit: share
-- better: -
-- formula-zh: 诉求人自己在网上提出的诉求 ÷ 全部诉求
-- formula-en: Demands that people wrote themselves (web, app, WeChat, mail, other systems) ÷ demands received
-- numerator-zh: 不经坐席、窗口或网格员
-- numerator-en: through no call taker, window or grid officer
-- denominator-zh: 期内收到
-- denominator-en: received in the period
-- exclusions: -
-- set-aside: counted
-- owner: statistics
-- since: 2026-11-28
-- source: here

SELECT
  demand_id AS row_id, demand_id, received_at AS happened_at, '' AS unit, category, area, channel,
  CASE WHEN channel IN ('web', 'mobile_app', 'wechat', 'open311', 'leader_board', 'email') THEN 1 ELSE 0 END
    AS numerator,
  1 AS denominator,
  '' AS left_out
FROM demands
