-- A store of version 4 as quotaboard wrote it. source: sqlite3 iterdump of a store filled with the tools-gated case.
PRAGMA application_id = 1902276452;
PRAGMA user_version = 4;
BEGIN TRANSACTION;
CREATE TABLE answers (
        id INTEGER PRIMARY KEY,
        credential INTEGER NOT NULL REFERENCES credentials ON DELETE CASCADE,
        lane INTEGER NOT NULL,
        at INTEGER NOT NULL,
        origin TEXT NOT NULL,
        facts TEXT NOT NULL);
INSERT INTO "answers" VALUES(1,1,1,1795147920000,'probe','{"provider":"anthropic","at":"2026-11-20T04:12:00+00:00","asked":{"model":"claude-sonnet-4-6","shape":"plain","auth":"oauth","client":"direct","endpoint":"inference"},"status":200,"headers":{"anthropic-ratelimit-unified-status":"allowed"},"windows":[{"name":"5h","utilization":0.03,"resets_at":"2026-11-20T06:12:00+00:00","status":"allowed","seconds":18000},{"name":"7d","utilization":0.0,"resets_at":"2026-11-22T04:12:00+00:00","status":"allowed","seconds":604800}],"overage":{"status":"rejected","reason":"org_level_disabled_until"},"request_id":"req_1","latency_ms":210,"input_tokens":9,"output_tokens":1}');
INSERT INTO "answers" VALUES(2,1,2,1795147921000,'probe','{"provider":"anthropic","at":"2026-11-20T04:12:01+00:00","asked":{"model":"claude-sonnet-4-6","shape":"tools","tools":1,"auth":"oauth","client":"direct","endpoint":"inference"},"status":400,"error":{"type":"invalid_request_error","message":"You''re out of extra usage."},"request_id":"req_2"}');
CREATE TABLE changes (
        id INTEGER PRIMARY KEY,
        lane INTEGER NOT NULL REFERENCES lanes ON DELETE CASCADE,
        at INTEGER NOT NULL,
        before TEXT,
        after TEXT NOT NULL,
        reason TEXT,
        rule TEXT NOT NULL,
        evidence TEXT NOT NULL);
INSERT INTO "changes" VALUES(1,1,1795147920000,NULL,'open',NULL,'anthropic.open','');
INSERT INTO "changes" VALUES(2,2,1795147920000,NULL,'gated','out_of_extra_usage','anthropic.gated.out_of_extra_usage','');
CREATE TABLE credentials (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        provider TEXT NOT NULL,
        kind TEXT NOT NULL,
        source TEXT NOT NULL,
        facts TEXT NOT NULL,
        account TEXT,
        consent INTEGER,
        daily_budget INTEGER,
        trouble TEXT,
        fresh_from INTEGER NOT NULL DEFAULT 0,
        position INTEGER);
INSERT INTO "credentials" VALUES(1,'max','anthropic','oauth','claude-code','{"found_in":["Claude Code"],"plan":"max_20x","expires_at":null,"fingerprint":null,"base_url":null,"reads_usage":true}',NULL,1,20000,NULL,0,0);
CREATE TABLE lanes (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        credential INTEGER NOT NULL REFERENCES credentials ON DELETE CASCADE,
        model TEXT NOT NULL,
        shape TEXT NOT NULL,
        client TEXT NOT NULL,
        position INTEGER);
INSERT INTO "lanes" VALUES(1,'max/claude-sonnet-4-6/plain/direct',1,'claude-sonnet-4-6','plain','direct',0);
INSERT INTO "lanes" VALUES(2,'max/claude-sonnet-4-6/tools/direct',1,'claude-sonnet-4-6','tools','direct',1);
CREATE TABLE leases (
        name TEXT PRIMARY KEY,
        holder TEXT NOT NULL,
        pid INTEGER NOT NULL,
        host TEXT NOT NULL,
        boot TEXT NOT NULL,
        expires_at INTEGER NOT NULL,
        expires_uptime INTEGER) WITHOUT ROWID;
INSERT INTO "leases" VALUES('poll','0123456789abcdef',4242,'host','boot',1795147950000,2136407);
CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
INSERT INTO "meta" VALUES('changes',10);
CREATE TABLE pools (
        id INTEGER PRIMARY KEY,
        credential INTEGER NOT NULL REFERENCES credentials ON DELETE CASCADE,
        at INTEGER NOT NULL,
        seen_at INTEGER NOT NULL,
        origin NOT NULL,
        facts TEXT NOT NULL);
INSERT INTO "pools" VALUES(1,1,1795147920000,1795147920000,1,'{"overage":{"status":"rejected","reason":"org_level_disabled_until"}}');
CREATE TABLE readings (
        series INTEGER NOT NULL,
        at INTEGER NOT NULL,
        utilization REAL,
        resets_at INTEGER,
        status,
        origin NOT NULL,
        passed INTEGER NOT NULL,
        PRIMARY KEY (series, at)) WITHOUT ROWID;
INSERT INTO "readings" VALUES(1,1795147920000,0.03,1795155120000,1,1,0);
INSERT INTO "readings" VALUES(2,1795147920000,0.0,1795320720000,1,1,0);
CREATE TABLE reservations (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        credential TEXT NOT NULL,
        day TEXT NOT NULL,
        tokens INTEGER NOT NULL);
INSERT INTO "reservations" VALUES(2,'max','2026-11-20',10);
CREATE TABLE schedule (
        key TEXT PRIMARY KEY,
        next_at INTEGER,
        failures INTEGER NOT NULL,
        last_at INTEGER) WITHOUT ROWID;
INSERT INTO "schedule" VALUES('max/usage',1795148220000,1,1795147920000);
CREATE TABLE spending (
        credential TEXT NOT NULL,
        day TEXT NOT NULL,
        input_tokens INTEGER NOT NULL,
        output_tokens INTEGER NOT NULL,
        requests INTEGER NOT NULL,
        usd TEXT NOT NULL,
        PRIMARY KEY (credential, day)) WITHOUT ROWID;
INSERT INTO "spending" VALUES('max','2026-11-20',348,1,1,'0.001');
CREATE TABLE verdicts (
        lane INTEGER PRIMARY KEY REFERENCES lanes ON DELETE CASCADE,
        verdict TEXT NOT NULL,
        reason TEXT,
        confirmed INTEGER NOT NULL,
        since INTEGER NOT NULL,
        until INTEGER,
        stale_at INTEGER,
        facts TEXT NOT NULL);
INSERT INTO "verdicts" VALUES(1,'open',NULL,1,1795147920000,NULL,NULL,'{"rule":"anthropic.open","scope":"shape"}');
INSERT INTO "verdicts" VALUES(2,'gated','out_of_extra_usage',1,1795147920000,NULL,1795155120000,'{"rule":"anthropic.gated.out_of_extra_usage","retry":"no","scope":"shape","observed_at":"2026-11-20T04:12:00+00:00"}');
CREATE TABLE windows (
        id INTEGER PRIMARY KEY,
        credential INTEGER NOT NULL REFERENCES credentials ON DELETE CASCADE,
        name TEXT NOT NULL,
        model TEXT,
        seconds INTEGER,
        observed_at INTEGER NOT NULL,
        utilization REAL,
        resets_at INTEGER,
        status,
        origin NOT NULL,
        passed INTEGER NOT NULL,
        forecast INTEGER);
INSERT INTO "windows" VALUES(1,1,'5h',NULL,18000,1795147920000,0.03,1795155120000,1,1,0,0);
INSERT INTO "windows" VALUES(2,1,'7d',NULL,604800,1795147920000,0.0,1795320720000,1,1,0,0);
CREATE TABLE forecasts (
        series INTEGER NOT NULL,
        at INTEGER NOT NULL,
        resets_at INTEGER NOT NULL,
        utilization REAL,
        empty_at INTEGER,
        PRIMARY KEY (series, at)) WITHOUT ROWID;
INSERT INTO "forecasts" VALUES(1,1795147920000,1795155120000,0.03,NULL);
CREATE INDEX lanes_of_credential ON lanes (credential);
CREATE INDEX answers_of_lane ON answers (credential, lane);
CREATE INDEX windows_of_credential ON windows (credential, name);
CREATE INDEX pools_of_credential ON pools (credential);
CREATE INDEX changes_of_lane ON changes (lane, at);
CREATE INDEX reservations_of_day ON reservations (credential, day);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('reservations',2);
CREATE TABLE agents (
        position INTEGER NOT NULL,
        name TEXT PRIMARY KEY,
        facts TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "agents" VALUES(0,'hermes','{"id":"hermes","title":"Hermes","home":"/home/user/.hermes","running":true,"now":{"name":"","lane":["max","anthropic","claude-sonnet-4-6","tools","direct"],"active":true,"model":"claude-sonnet-4-6","provider":"anthropic","host":null,"price":"plan","origin":"active","trouble":null},"profiles":[],"version":"0.19.0","warnings":[],"trouble":null,"locked":null}');
CREATE TABLE events (
        id INTEGER PRIMARY KEY,
        agent TEXT NOT NULL,
        at INTEGER NOT NULL,
        kind TEXT NOT NULL,
        text TEXT NOT NULL,
        lane TEXT);
INSERT INTO "events" VALUES(1,'hermes',1795147920000,'failed','HTTP 400: You''re out of extra usage.','max/claude-sonnet-4-6/tools/direct');
CREATE INDEX events_of_agent ON events (agent);
CREATE TABLE alerts (
        id INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        kind TEXT NOT NULL,
        title TEXT NOT NULL,
        text TEXT NOT NULL,
        rung INTEGER NOT NULL);
INSERT INTO "alerts" VALUES(1,1795147980000,'blocked','max gated: sonnet-4-6 tools','Your plan is 3 % used.',1);
CREATE TABLE alert_states (
        key TEXT PRIMARY KEY,
        state TEXT NOT NULL,
        since INTEGER NOT NULL,
        other TEXT,
        other_since INTEGER,
        said TEXT NOT NULL,
        ends_at INTEGER) WITHOUT ROWID;
INSERT INTO "alert_states" VALUES('lane max/claude-sonnet-4-6/tools/direct','blocked',1795147980000,NULL,NULL,'[1795147980000]',NULL);
INSERT INTO "alert_states" VALUES('window max 5h','0.0',1795147920000,NULL,NULL,'[]',1795155120000);
COMMIT;
