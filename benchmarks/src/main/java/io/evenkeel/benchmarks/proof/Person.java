package io.evenkeel.benchmarks.proof;

import java.io.IOException;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A person at the console, as far as HTTP goes: a session cookie, forms with the CSRF token of the page they stand on. */
final class Person {
    private static final Pattern INPUT = Pattern.compile("<input[^>]*name=\"_csrf\"[^>]*>");
    private static final Pattern VALUE = Pattern.compile("value=\"([^\"]+)\"");

    private final String base;
    private final HttpClient client = HttpClient.newBuilder()
            .cookieHandler(new CookieManager(null, CookiePolicy.ACCEPT_ALL))
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    Person(int consolePort) {
        base = "http://127.0.0.1:" + consolePort;
    }

    void signIn(String name, String password) throws IOException, InterruptedException {
        HttpResponse<String> answer = post("/login", "/login", Map.of("username", name, "password", password));
        if (answer.statusCode() != 302 && answer.statusCode() != 303
                || answer.headers().firstValue("location").orElse("").contains("error")) {
            throw new IOException("sign-in as " + name + " was refused: " + answer.statusCode());
        }
    }

    /** Posts a form that stands on a page. */
    HttpResponse<String> post(String page, String action, Map<String, String> fields)
            throws IOException, InterruptedException {
        Map<String, String> all = new TreeMap<>(fields);
        all.put("_csrf", token(get(page).body(), page));
        String body = all.entrySet().stream()
                .map(field -> encode(field.getKey()) + '=' + encode(field.getValue()))
                .collect(Collectors.joining("&"));
        return client.send(
                HttpRequest.newBuilder(URI.create(base + action))
                        .header("Accept", "text/html")
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create(base + path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** The lines of an answer that does not end. */
    Stream<String> stream(String path) throws IOException, InterruptedException {
        return client.send(
                        HttpRequest.newBuilder(URI.create(base + path))
                                .header("Accept", "text/event-stream")
                                .build(),
                        HttpResponse.BodyHandlers.ofLines())
                .body();
    }

    private static String token(String html, String page) throws IOException {
        Matcher input = INPUT.matcher(html);
        if (input.find()) {
            Matcher value = VALUE.matcher(input.group());
            if (value.find()) {
                return value.group(1);
            }
        }
        throw new IOException("the page " + page + " has no form to post");
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
