package io.evenkeel.remediation.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.domain.remedy.Risk;
import io.evenkeel.domain.remedy.TrustLevel;
import io.evenkeel.remediation.runner.Remediation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationDirectoryTest {
    private static final Path GOOD = Path.of("src/test/resources/config");

    @TempDir
    Path directory;

    private final ConfigurationDirectory reader = new ConfigurationDirectory(
            Remediation.verbs(), new Expansion(name -> name.equals("port") ? "9480" : "/data"));

    @Test
    void readsAGoodDirectory() {
        ConfigurationDirectory.Loaded loaded = reader.load(GOOD);

        assertThat(loaded.problems()).isEmpty();
        Configuration configuration = loaded.configuration();
        assertThat(configuration.runbooks()).containsOnlyKeys("rollback", "restart-hung");
        assertThat(configuration.runbooks().get("rollback").risk()).isEqualTo(Risk.HIGH);
        assertThat(configuration.endpoints().get("supervisor").url()).hasToString("http://127.0.0.1:9480");
        assertThat(configuration.grant("restart-hung", "demo", Instant.parse("2026-11-21T00:00:00Z")))
                .map(Grant::level)
                .contains(TrustLevel.AUTO);
        assertThat(configuration.grant("restart-hung", "demo", Instant.parse("2100-01-01T00:00:01Z")))
                .as("expired")
                .isEmpty();
    }

    @Test
    void aFreshInstallationStartsValidAndGrantsNothing() throws IOException {
        DefaultConfiguration.createIn(directory);

        ConfigurationDirectory.Loaded loaded = reader.load(directory);

        assertThat(loaded.problems()).isEmpty();
        assertThat(loaded.configuration().grants()).isEmpty();
        assertThat(loaded.configuration().runbooks()).isEmpty();
    }

    @Test
    void saysForEachMistakeWhereItIsAndHowToMendIt() throws IOException {
        copyGood();
        edit("runbooks/rollback.yaml", "risk: high", "risk: hihg");
        edit("runbooks/rollback.yaml", "      undo: {restore: before}\n", "");
        edit("runbooks/rollback.yaml", "use: supervisor.rollback", "use: supervisor.rolback");
        edit("runbooks/restart-hung.yaml", "cause.kind == 'hang'", "cause.knd == 'hang'");
        edit("grants.yaml", "runbook: restart-hung", "runbook: restart-hang");
        edit("policy.yaml", "allow: true", "allow: true, deny: true");

        ConfigurationDirectory.Loaded loaded = reader.load(directory);

        assertThat(loaded.configuration()).isNull();
        List<String> texts = loaded.problems().stream().map(Problem::text).toList();
        assertThat(texts)
                .anySatisfy(
                        text -> assertThat(text)
                                .isEqualTo(
                                        "runbooks/rollback.yaml:5: 'risk' of spec is 'hihg'; expected one of low, medium, high; mend it"));
        assertThat(texts)
                .anyMatch(text ->
                        text.startsWith("runbooks/rollback.yaml:15: step roll-back does not say how it is taken back"));
        assertThat(texts)
                .anyMatch(text -> text.startsWith("runbooks/rollback.yaml:16: no executor knows 'supervisor.rolback'"));
        assertThat(texts).anyMatch(text -> text.startsWith("runbooks/restart-hung.yaml:6: expression 'cause.knd"));
        assertThat(texts).anyMatch(text -> text.startsWith("grants.yaml:4: a grant names runbook 'restart-hang'"));
        assertThat(texts).anyMatch(text -> text.startsWith("policy.yaml:4: the rule does allow and deny"));
    }

    @Test
    void unusedAndUnknownParametersAreMistakes() throws IOException {
        copyGood();
        edit("runbooks/restart-hung.yaml", "instance: \"{{instance}}\"", "instance: \"{{replica}}\"");

        assertThat(texts()).anyMatch(text -> text.contains("uses {{replica}}, which is not a parameter"));
        assertThat(texts()).anyMatch(text -> text.contains("parameter 'instance' is never used"));
    }

    /** An incident's words must never become part of an address. */
    @Test
    void addressesAreNeverBuiltFromParameters() throws IOException {
        copyGood();
        edit("runbooks/rollback.yaml", "use: supervisor.rollback", "use: http.patch");
        edit(
                "runbooks/rollback.yaml",
                "{service: \"{{service}}\", toVersion: \"{{toVersion}}\"}",
                "{endpoint: supervisor, path: \"/{{service}}\", json: {v: \"{{toVersion}}\"}}");

        assertThat(texts()).anyMatch(text -> text.contains("'path' is built from a parameter"));
    }

    @Test
    void anIrreversibleStepIsHighRiskWhateverTheFileSays() throws IOException {
        copyGood();
        edit(
                "runbooks/restart-hung.yaml",
                "undo: {selfRestoring: \"a fresh replica takes its place\"}",
                "irreversible: true");

        assertThat(reader.load(directory)
                        .configuration()
                        .runbooks()
                        .get("restart-hung")
                        .risk())
                .isEqualTo(Risk.HIGH);
    }

    /** Naming it would promise what nobody gets: a responder's yes never counts. */
    @Test
    void aRoleThatNeverApprovesIsAMistake() throws IOException {
        copyGood();
        edit("policy.yaml", "roles: [approver, admin]", "roles: [responder, approver]");

        assertThat(texts())
                .singleElement()
                .asString()
                .contains("policy.yaml:")
                .contains("role 'responder' never approves; expected one of approver, admin");
    }

    @Test
    void aPreconditionMayHaveASentence() throws IOException {
        copyGood();
        edit("runbooks/rollback.yaml", ", says: The version to go back to is not running already", "");
        assertThat(texts()).singleElement().asString().contains("a precondition has no 'says'");
    }

    @Test
    void aSecretInTheCatalogueIsAMistake() throws IOException {
        copyGood();
        edit("catalogue.yaml", "timeout: 2s", "token: s3cret");

        assertThat(texts())
                .anyMatch(text -> text.contains("a secret stands in the file"))
                .noneMatch(text -> text.contains("s3cret"));
    }

    /** The example of the design page: its words are all read; only its executors do not exist yet. */
    @Test
    void readsTheDesignsExample() throws IOException {
        copyGood();
        Files.writeString(directory.resolve("runbooks/db.yaml"), """
                apiVersion: io.evenkeel/2026-11-01
                kind: Runbook
                metadata: {name: db-contention, owner: team-db, docs: "https://…"}
                spec:
                  risk: medium
                  triggers: [{incident: "cause.kind == 'db_lock' && cause.confidence >= 0.8"}]
                  parameters: {db: {type: service, from: cause.entity}}
                  preconditions: ["sli('api.p99') > baseline.upper", "target.healthy >= 2"]
                  limits: {concurrencyKey: "db/{{db}}", maxPerDay: 3, cooldown: 30m, blastRadius: {max: 1, percent: 34, minHealthy: 1}}
                  approval: {when: "env == 'prod'", quorum: 1, group: db-oncall, expires: 30m}
                  steps:
                    - {name: flush-cache, use: redis.unlink, with: {match: "report:*", max: 10000}, undo: {selfRestoring: "the cache refills"}, stopIfRecovered: true}
                    - {name: pool, use: http.patch, with: {endpoint: supervisor, path: /max, json: {max: 40}}, undo: {restore: before}}
                    - {name: replica, use: k8s.scale, with: {ref: "{{db}}", delta: 1, max: 4}, undo: {restore: before}, risk: high}
                  verify: {settle: 60s, window: 30s, consecutive: 4, minSamples: 30, success: "sli('api.p99') <= baseline.upper", failure: "sli('api.errors') > before * 1.2", timeout: 10m}
                  onFailure: [undo, page]
                """);
        edit("policy.yaml", "rules:", "groups: {db-oncall: [ada, bob]}\nrules:");

        assertThat(texts()).hasSize(2).allMatch(text -> text.contains("no executor knows"));
    }

    private List<String> texts() {
        return reader.load(directory).problems().stream().map(Problem::text).toList();
    }

    private void copyGood() throws IOException {
        Files.createDirectories(directory.resolve("runbooks"));
        for (String name : List.of(
                "catalogue.yaml",
                "policy.yaml",
                "grants.yaml",
                "runbooks/rollback.yaml",
                "runbooks/restart-hung.yaml")) {
            Files.copy(GOOD.resolve(name), directory.resolve(name));
        }
    }

    private void edit(String name, String from, String to) throws IOException {
        String text = Files.readString(directory.resolve(name));
        assertThat(text).contains(from);
        Files.writeString(directory.resolve(name), text.replace(from, to));
    }
}
