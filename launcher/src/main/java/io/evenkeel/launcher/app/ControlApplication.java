package io.evenkeel.launcher.app;

import io.evenkeel.console.app.ConsoleConfiguration;
import io.evenkeel.launcher.postgres.ConnectionTrouble;
import io.evenkeel.launcher.setup.StartupException;
import io.evenkeel.remediation.app.RemediationConfiguration;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** The control plane and the console in one Spring context, on loopback. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({RemediationConfiguration.class, ConsoleConfiguration.class})
public class ControlApplication {
    /**
     * @param port HTTP port on 127.0.0.1
     * @param otlpGrpcPort where telemetry is taken over gRPC, for the console to name
     * @param otlpHttpPort where it is taken over HTTP
     * @param kafkaBootstrap broker to read from
     * @param jdbcUrl database
     * @param user database user
     * @param password database password
     * @param dataDirectory where secrets and the stop file live
     * @param configurationDirectory catalogue, policy, grants, routes, runbooks
     * @param resolveAfter how long harm must be gone before an incident is resolved
     * @param demoSince when the demo was started, for the console to say that what was before is simulated; null elsewhere
     */
    public record Settings(
            int port,
            int otlpGrpcPort,
            int otlpHttpPort,
            String kafkaBootstrap,
            String jdbcUrl,
            String user,
            String password,
            Path dataDirectory,
            Path configurationDirectory,
            Duration resolveAfter,
            @Nullable Instant demoSince) {
        /** The password never reaches a log. */
        @Override
        public String toString() {
            return "Settings[port=" + port + ", jdbcUrl=" + jdbcUrl + "]";
        }
    }

    @Bean
    RequestTracing requestTracing() {
        return new RequestTracing();
    }

    /** Starts the context; closing the result stops it. */
    public static AutoCloseable start(Settings settings) {
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("server.address", "127.0.0.1");
        properties.put("server.port", settings.port());
        properties.put("server.shutdown", "immediate");
        properties.put("spring.main.banner-mode", "off");
        properties.put("spring.datasource.url", settings.jdbcUrl());
        properties.put("spring.datasource.username", settings.user());
        properties.put("spring.datasource.password", settings.password());
        properties.put("spring.datasource.hikari.maximum-pool-size", 12);
        properties.put("spring.thymeleaf.cache", true);
        properties.put("evenkeel.kafka-bootstrap", settings.kafkaBootstrap());
        properties.put("evenkeel.data-dir", settings.dataDirectory().toString());
        properties.put("evenkeel.config-dir", settings.configurationDirectory().toString());
        properties.put("evenkeel.public-url", "http://127.0.0.1:" + settings.port());
        properties.put("evenkeel.console.otlp-grpc-port", settings.otlpGrpcPort());
        properties.put("evenkeel.console.otlp-http-port", settings.otlpHttpPort());
        properties.put("evenkeel.resolve-after", settings.resolveAfter().toString());
        Instant demoSince = settings.demoSince();
        if (demoSince != null) {
            properties.put("evenkeel.console.demo-since", demoSince.toString());
        }
        // One process, one log: Spring would take the running log apart to set up its own.
        System.setProperty(LoggingSystem.SYSTEM_PROPERTY, LoggingSystem.NONE);
        SpringApplication application = new SpringApplication(ControlApplication.class);
        application.setBannerMode(Banner.Mode.OFF);
        application.setRegisterShutdownHook(false);
        application.setDefaultProperties(properties);
        try {
            return application.run();
        } catch (RuntimeException e) {
            throw new StartupException(reason(e, settings), e);
        }
    }

    /** What went wrong, where, and how to mend it; the database was there a moment ago, so its going is told by name. */
    static String reason(Throwable error, Settings settings) {
        Throwable root = error;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String said =
                Objects.requireNonNullElse(root.getMessage(), root.getClass().getSimpleName());
        if (!ConnectionTrouble.isIn(error)) {
            return "the control plane cannot start: " + said;
        }
        return "the control plane lost the database while starting: PostgreSQL at "
                + settings.jdbcUrl().replaceFirst("^jdbc:postgresql://", "") + " does not answer (" + said
                + "). Why it ended stands at the end of "
                + settings.dataDirectory().resolve("postgres").resolve("postgres.log")
                + " (often a full disk or too little memory); mend that and start again, nothing that was stored is lost";
    }
}
