package io.evenkeel.launcher.app;

import io.evenkeel.console.app.ConsoleConfiguration;
import io.evenkeel.launcher.setup.StartupException;
import io.evenkeel.remediation.app.RemediationConfiguration;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
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
     * @param kafkaBootstrap broker to read from
     * @param jdbcUrl database
     * @param user database user
     * @param password database password
     * @param dataDirectory where secrets and the stop file live
     * @param configurationDirectory catalogue, policy, grants, routes, runbooks
     * @param resolveAfter how long harm must be gone before an incident is resolved
     */
    public record Settings(
            int port,
            String kafkaBootstrap,
            String jdbcUrl,
            String user,
            String password,
            Path dataDirectory,
            Path configurationDirectory,
            Duration resolveAfter) {
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
        properties.put("evenkeel.resolve-after", settings.resolveAfter().toString());
        // One process, one log: Spring would take the running log apart to set up its own.
        System.setProperty(LoggingSystem.SYSTEM_PROPERTY, LoggingSystem.NONE);
        SpringApplication application = new SpringApplication(ControlApplication.class);
        application.setBannerMode(Banner.Mode.OFF);
        application.setRegisterShutdownHook(false);
        application.setDefaultProperties(properties);
        try {
            return application.run();
        } catch (RuntimeException e) {
            throw new StartupException("the control plane cannot start: " + rootMessage(e), e);
        }
    }

    private static String rootMessage(Throwable error) {
        Throwable root = error;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }
}
