package io.evenkeel.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.testbed.shop.Role;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoConfigurationTest {
    private static final Path SOURCE = Path.of("config");

    @TempDir
    private Path dir;

    private TestBedOptions options(int portBase) {
        return TestBedOptions.of(
                dir.resolve("home"),
                dir.resolve("data"),
                portBase,
                "http://127.0.0.1:4317",
                new TestBedOptions.Database("jdbc:postgresql://127.0.0.1:1/x", "shop", dir.resolve("pw")));
    }

    @Test
    void namesThatAreSwappedDoNotMeet() throws Exception {
        DemoConfiguration.write(
                SOURCE,
                dir.resolve("config"),
                options(7000).renamed(Map.of(Role.PAYMENT, "front", Role.FRONT, "payment", Role.CATALOG, "katalog")));

        assertThat(Files.readString(dir.resolve("config/catalogue.yaml")))
                .contains(
                        "{name: payment, namespace: shop, environment: demo, tier: 1, owner: team-shop, userFacing: true}")
                .contains("{name: front, namespace: shop, environment: demo, tier: 1, owner: team-payment}")
                .contains("{name: katalog,")
                .contains("http://127.0.0.1:7090")
                .contains(dir.resolve("data/supervisor.token").toString())
                .doesNotContain("${data-dir}/testbed");
        assertThat(dir.resolve("config/runbooks/rollback-bad-deploy.yaml"))
                .hasSameTextualContentAs(SOURCE.resolve("runbooks/rollback-bad-deploy.yaml"));
    }

    /** A name in a runbook would stay behind when the shop is renamed. */
    @Test
    void onlyTheCatalogueNamesServices() throws Exception {
        for (String file : new String[] {"policy.yaml", "grants.yaml", "routes.yaml"}) {
            for (Role role : Role.values()) {
                assertThat(Files.readString(SOURCE.resolve(file))).doesNotContain(role.word());
            }
        }
    }

    @Test
    void thereIsExactlyOneGrant() throws Exception {
        assertThat(Files.readString(SOURCE.resolve("grants.yaml")))
                .containsOnlyOnce("- runbook: ")
                .contains(
                        "runbook: restart-hung-replica",
                        "environment: demo",
                        "level: auto",
                        "until: ",
                        "by: ",
                        "reason: ");
    }
}
