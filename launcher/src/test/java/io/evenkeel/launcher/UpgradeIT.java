package io.evenkeel.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A data directory that an earlier release wrote and this one opens, in another place than it was written. The directories
 * are kept in {@code src/test/resources/upgrade}; its README says how one is made.
 */
@Timeout(600)
class UpgradeIT {
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final Pattern CSRF = Pattern.compile("name=\"_csrf\"[^>]*value=\"([^\"]+)\"");

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = "v0.1.0")
    void whatAnEarlierReleaseKeptIsStillThere(String release) throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path fixtures = Path.of("src/test/resources/upgrade").toAbsolutePath();
        Path data = unpack(fixtures.resolve(release + ".tar.gz"));
        JsonNode kept = JsonMapper.shared().readTree(Files.readString(fixtures.resolve(release + ".incidents.json")));
        int console = FreePorts.next();
        int portBase = FreePorts.base();

        try (EvenkeelProcess house = EvenkeelProcess.start(directory, Map.of(), run(data, console, portBase))) {
            house.awaitWords("Ready after", PATIENCE);

            JsonNode now = incidents(
                    console, Files.readString(data.resolve("admin-password")).strip());
            assertThat(now.size()).isPositive().isEqualTo(kept.size());
            for (int i = 0; i < kept.size(); i++) {
                for (String field : List.of("number", "id", "state", "title", "onset", "cause", "causeService")) {
                    assertThat(now.get(i).path(field))
                            .as(field)
                            .isEqualTo(kept.get(i).path(field));
                }
            }
            assertThat(auditVerified(data, portBase)).contains("The audit chain holds");
            assertThat(data.resolve("log/evenkeel.log"))
                    .content()
                    .containsPattern("job=\\S*detection\\S* runs, restored from (?!nothing)")
                    .containsPattern("job=\\S*correlation\\S* runs, restored from (?!nothing)")
                    .doesNotContain(" ERROR ");
            house.terminate();
            house.awaitEnd(PATIENCE);
        }
    }

    private Path unpack(Path archive) throws IOException, InterruptedException {
        Path data = Files.createDirectory(directory.resolve("data"));
        int status = new ProcessBuilder("tar", "-xzpf", archive.toString(), "-C", data.toString())
                .inheritIO()
                .start()
                .waitFor();
        assertThat(status).isZero();
        return data;
    }

    private static String[] run(Path data, int console, int portBase) {
        return List.of(
                        "run",
                        "--data-dir",
                        data.toString(),
                        "--port-base",
                        Integer.toString(portBase),
                        "--console-port",
                        Integer.toString(console),
                        "--otlp-grpc-port",
                        Integer.toString(FreePorts.next()),
                        "--otlp-http-port",
                        Integer.toString(FreePorts.next()))
                .toArray(String[]::new);
    }

    private String auditVerified(Path data, int portBase) throws Exception {
        List<String> command = new ArrayList<>(
                List.of("audit", "verify", "--data-dir", data.toString(), "--port-base", Integer.toString(portBase)));
        try (EvenkeelProcess verify = EvenkeelProcess.start(directory, Map.of(), command.toArray(String[]::new))) {
            verify.awaitEnd(PATIENCE);
            return verify.out() + verify.error();
        }
    }

    /** As a person who signs in with the password of then. */
    private static JsonNode incidents(int console, String password) throws IOException, InterruptedException {
        String base = "http://127.0.0.1:" + console;
        HttpClient browser =
                HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
        Matcher token = CSRF.matcher(get(browser, base + "/login"));
        assertThat(token.find()).isTrue();
        String form = "username=admin&password=" + encoded(password) + "&_csrf=" + encoded(token.group(1));
        HttpRequest signIn = HttpRequest.newBuilder(URI.create(base + "/login"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build();
        browser.send(signIn, HttpResponse.BodyHandlers.discarding());
        return JsonMapper.shared().readTree(get(browser, base + "/api/v1/incidents"));
    }

    private static String get(HttpClient browser, String address) throws IOException, InterruptedException {
        HttpResponse<String> answer =
                browser.send(HttpRequest.newBuilder(URI.create(address)).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.body();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
