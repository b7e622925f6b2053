package io.evenkeel.console.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The event stream as a browser sees it. */
class LiveStreamTest {
    private static TestConsole console;
    private static TestConsole.Browser browser;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        console = TestConsole.start("evenkeel.console.live-tick=400ms");
        browser = console.login("vic");
    }

    @AfterAll
    static void stop() {
        console.close();
    }

    @Test
    void eachChangeReachesTheBrowser() throws Exception {
        try (Stream stream = new Stream("/live", null)) {
            stream.awaitTick();
            for (int i = 0; i < 10; i++) {
                stream.await("incident#" + console.seed().event("incident", 7L));
            }
        }
    }

    @Test
    void aBrowserThatComesBackIsToldWhatItMissed() throws Exception {
        long first = console.seed().event("incident", 1L);
        long second = console.seed().event("incident", 1L);
        long third = console.seed().event("execution", 2L);
        try (Stream stream = new Stream("/live", Long.toString(first))) {
            assertThat(stream.next()).isEqualTo("incident#" + second);
            assertThat(stream.next()).isEqualTo("execution#" + third);
        }
    }

    /** The page names the number it was rendered at: nothing is lost between rendering and connecting. */
    @Test
    void theUrlsNumberCountsUntilTheBrowserHasOne() throws Exception {
        long first = console.seed().event("incident", 1L);
        long second = console.seed().event("incident", 3L);
        try (Stream stream = new Stream("/live?after=" + first, null)) {
            assertThat(stream.next()).isEqualTo("incident#" + second);
        }
        try (Stream stream = new Stream("/live?after=" + first, Long.toString(second))) {
            long third = console.seed().event("finding", 3L);
            stream.await("finding#" + third);
        }
    }

    @Test
    void anIncidentsPageIsNotDisturbedByOthers() throws Exception {
        try (Stream stream = new Stream("/live?incident=5", null)) {
            stream.awaitTick();
            console.seed().event("incident", 4L);
            long mine = console.seed().event("incident", 5L);
            long house = console.seed().event("health", null);
            assertThat(stream.next()).isEqualTo("incident#" + mine);
            assertThat(stream.next()).isEqualTo("health#" + house);
        }
    }

    @Test
    void whatWasMissedIsToldOncePerIncident() throws Exception {
        long before = console.seed().event("incident", 9L);
        long last = 0;
        for (int i = 0; i < 30; i++) {
            last = console.seed().event("incident", 9L);
        }
        try (Stream stream = new Stream("/live", Long.toString(before))) {
            assertThat(stream.next()).isEqualTo("incident#" + last);
        }
    }

    @Test
    void aNumberFromTheFutureIsTakenAsNone() throws Exception {
        try (Stream stream = new Stream("/live", "999999999")) {
            stream.awaitTick();
            stream.await("incident#" + console.seed().event("incident", 1L));
        }
    }

    @Test
    void aQuietStreamTicks() throws Exception {
        try (Stream stream = new Stream("/live", null)) {
            stream.awaitTick();
            stream.awaitTick();
            stream.awaitTick();
        }
    }

    @Test
    void readersThatLeaveAreForgotten() throws Exception {
        LiveHub hub = console.bean(LiveHub.class);
        try (Stream stream = new Stream("/live", null)) {
            stream.awaitTick();
            assertThat(hub.readers()).isPositive();
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(15);
        while (hub.readers() > 0 && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(hub.readers()).isZero();
    }

    /** Reads the stream on a thread of its own; events come as {@code name#id}. */
    private static final class Stream implements AutoCloseable {
        private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
        private final java.io.InputStream body;

        Stream(String path, String lastEventId) throws IOException, InterruptedException {
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(console.uri(path)).header("Accept", "text/event-stream");
            if (lastEventId != null) {
                request.header("Last-Event-ID", lastEventId);
            }
            HttpResponse<java.io.InputStream> response =
                    browser.http().send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("Content-Type"))
                    .hasValueSatisfying(type -> assertThat(type).startsWith("text/event-stream"));
            body = response.body();
            Thread reader = new Thread(this::read, "sse-reader");
            reader.setDaemon(true);
            reader.start();
        }

        private void read() {
            try (BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
                String name = "";
                String id = "";
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.startsWith("event:")) {
                        name = line.substring(6).strip();
                    } else if (line.startsWith("id:")) {
                        id = line.substring(3).strip();
                    } else if (line.isEmpty() && !name.isEmpty()) {
                        events.add(name + '#' + id);
                        name = "";
                        id = "";
                    }
                }
            } catch (IOException e) {
                events.add("closed#");
            }
        }

        /** The next event that is no tick. */
        String next() throws InterruptedException {
            while (true) {
                String event = events.poll(10, TimeUnit.SECONDS);
                if (event == null || !event.equals("tick#")) {
                    return event == null ? "nothing" : event;
                }
            }
        }

        /** Told at least once: what was on its way at the moment of joining may come twice. */
        void await(String wanted) throws InterruptedException {
            String event = next();
            while (!event.equals(wanted)) {
                assertThat(event).isNotIn("nothing", "closed#");
                event = next();
            }
        }

        void awaitTick() throws InterruptedException {
            assertThat(events.poll(10, TimeUnit.SECONDS)).isEqualTo("tick#");
        }

        @Override
        public void close() throws IOException {
            body.close();
        }
    }
}
