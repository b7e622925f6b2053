package io.evenkeel.remediation.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.remediation.catalogue.CatalogueDirectory.Loaded;
import io.evenkeel.remediation.runbook.Expansion;
import io.evenkeel.remediation.runbook.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogueDirectoryTest {
    private static final String HEAD = "apiVersion: io.evenkeel/2026-11-01\n";

    @TempDir
    Path directory;

    @Test
    void readsServicesMetricsAndRoutes() throws IOException {
        write("catalogue.yaml", HEAD + """
                kind: Catalogue
                services:
                  - {name: front, namespace: shop, environment: demo, tier: 1, owner: team-shop, userFacing: true}
                  - {name: payment, namespace: shop, environment: demo}
                metrics:
                  - {name: "load.*"}
                endpoints:
                  supervisor: {url: "http://127.0.0.1:9480"}
                """);
        write("routes.yaml", HEAD + """
                kind: Routes
                routes:
                  - {name: team-shop, url: "http://127.0.0.1:9/hook", secretFile: "${data-dir}/secret", environments: [demo]}
                """);

        Loaded loaded = load();

        assertThat(loaded.problems()).isEmpty();
        assertThat(loaded.catalogue().services()).hasSize(2);
        assertThat(loaded.catalogue().services().get(0).service()).isEqualTo("demo/shop/front");
        assertThat(loaded.catalogue().services().get(0).userFacing()).isTrue();
        assertThat(loaded.catalogue().metrics()).containsExactly("load.*");
        assertThat(loaded.routes().get(0).secretFile()).isEqualTo(Path.of("/data/secret"));
        assertThat(loaded.routes().get(0).takes("demo")).isTrue();
        assertThat(loaded.routes().get(0).takes("prod")).isFalse();
    }

    @Test
    void anEmptyDirectoryIsAnEmptyCatalogue() {
        assertThat(load().problems()).isEmpty();
        assertThat(load().catalogue().services()).isEmpty();
    }

    @Test
    void showsEveryProblemWithItsLine() throws IOException {
        write("catalogue.yaml", HEAD + """
                kind: Catalogue
                services:
                  - {name: front, teir: 1}
                  - {name: front}
                  - {namespace: shop, tier: 9}
                """);
        write("routes.yaml", HEAD + """
                kind: Routes
                routes:
                  - {name: a, url: "ftp://x", secretFile: s}
                  - {name: b, url: "http://x/", secret: hunter2}
                  - {name: c, url: "${NOPE}/x", secretFile: s}
                """);

        assertThat(load().problems())
                .extracting(Problem::text)
                .anyMatch(text -> text.startsWith("catalogue.yaml:4: unknown key 'teir'"))
                .anyMatch(text -> text.startsWith("catalogue.yaml:5: service default//front is there twice"))
                .anyMatch(text -> text.startsWith("catalogue.yaml:6: ") && text.contains("name"))
                .anyMatch(text -> text.startsWith("catalogue.yaml:6: 'tier'"))
                .anyMatch(text -> text.startsWith("routes.yaml:4: route a has address 'ftp://x'"))
                .anyMatch(text -> text.startsWith("routes.yaml:5: a secret stands in the file"))
                .anyMatch(text -> text.startsWith("routes.yaml:6: '${NOPE}' has no value"))
                .noneMatch(text -> text.contains("hunter2"));
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(directory.resolve(name), text);
    }

    private Loaded load() {
        return new CatalogueDirectory(new Expansion(name -> name.equals("data-dir") ? "/data" : null))
                .load(directory, "hash");
    }
}
