package io.evenkeel.console.app;

import io.evenkeel.console.postgres.TestPostgres;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;

/** The console on a real server and a real database, with users {@code ada} (approver), {@code ray} (responder), {@code vic} (viewer). */
public final class TestConsole implements AutoCloseable {
    private static final Pattern CSRF = Pattern.compile("name=\"_csrf\" value=\"([^\"]+)\"");

    private final ConfigurableApplicationContext context;
    /** For writing test rows. */
    private final SingleConnectionDataSource writer;

    private final int port;

    private TestConsole(ConfigurableApplicationContext context, String database) {
        this.context = context;
        this.writer = new SingleConnectionDataSource(database, true);
        this.port = Integer.parseInt(context.getEnvironment().getProperty("local.server.port", "0"));
    }

    public static TestConsole start(String... options) {
        String database = TestPostgres.shared().createDatabase();
        SpringApplication application = new SpringApplication(Application.class);
        application.setDefaultProperties(Map.of(
                "spring.datasource.url", database,
                "server.port", "0",
                "server.address", "127.0.0.1",
                "server.shutdown", "immediate",
                "spring.main.banner-mode", "off",
                "spring.datasource.hikari.maximum-pool-size", "6"));
        String[] arguments = new String[options.length];
        for (int i = 0; i < options.length; i++) {
            arguments[i] = "--" + options[i];
        }
        return new TestConsole(application.run(arguments), database);
    }

    public JdbcClient jdbc() {
        return JdbcClient.create(writer);
    }

    public Seed seed() {
        return new Seed(jdbc());
    }

    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    /** A browser that is logged in as that person. */
    public Browser login(String name) throws IOException, InterruptedException {
        Browser browser = new Browser(HttpClient.newBuilder()
                .cookieHandler(new java.net.CookieManager())
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build());
        Matcher token = CSRF.matcher(browser.get("/login").body());
        if (!token.find()) {
            throw new IllegalStateException("the login form has no CSRF token");
        }
        HttpResponse<String> in = browser.post(
                "/login",
                "username=" + name + "&password=pw&_csrf=" + URLEncoder.encode(token.group(1), StandardCharsets.UTF_8));
        if (in.uri().getPath().startsWith("/login")) {
            throw new IllegalStateException("login as " + name + " failed");
        }
        return browser;
    }

    @Override
    public void close() {
        context.close();
        writer.destroy();
    }

    public final class Browser {
        private final HttpClient http;

        Browser(HttpClient http) {
            this.http = http;
        }

        public HttpClient http() {
            return http;
        }

        public HttpResponse<String> get(String path) throws IOException, InterruptedException {
            return http.send(
                    HttpRequest.newBuilder(uri(path))
                            .header("Accept", "text/html")
                            .header("Accept-Language", "en")
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }

        /** The page's text without tags, with single blanks, as a person reads it. */
        public String read(String path) throws IOException, InterruptedException {
            return words(get(path).body());
        }

        HttpResponse<String> post(String path, String form) throws IOException, InterruptedException {
            return http.send(
                    HttpRequest.newBuilder(uri(path))
                            .header("Content-Type", "application/x-www-form-urlencoded")
                            .POST(HttpRequest.BodyPublishers.ofString(form))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    static String words(String html) {
        return html.replaceAll("(?s)<(script|style|title)[^>]*>.*?</\\1>", " ")
                .replaceAll("<[^>]+>", "")
                .replace("&#39;", "'")
                .replace("&quot;", "\"")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&amp;", "&")
                .replaceAll("\\s+", " ");
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(ConsoleConfiguration.class)
    static class Application {
        @Bean
        SecurityFilterChain security(HttpSecurity http) {
            return http.authorizeHttpRequests(requests -> requests.dispatcherTypeMatchers(
                                    jakarta.servlet.DispatcherType.ASYNC, jakarta.servlet.DispatcherType.ERROR)
                            .permitAll()
                            .requestMatchers("/login", "/vendor/**", "/console/**")
                            .permitAll()
                            .anyRequest()
                            .authenticated())
                    .formLogin(form -> form.loginPage("/login").permitAll())
                    .logout(Customizer.withDefaults())
                    .build();
        }

        @Bean
        UserDetailsService users() {
            return new InMemoryUserDetailsManager(
                    user("ada", "approver"), user("ray", "responder"), user("vic", "viewer"));
        }

        private static org.springframework.security.core.userdetails.UserDetails user(String name, String role) {
            return User.withUsername(name)
                    .password("{noop}pw")
                    .roles(role.toUpperCase(Locale.ROOT))
                    .build();
        }
    }
}
