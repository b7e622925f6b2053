package io.evenkeel.console.app;

import io.evenkeel.console.postgres.PostgresExecutions;
import io.evenkeel.console.postgres.PostgresHealth;
import io.evenkeel.console.postgres.PostgresIncidents;
import io.evenkeel.console.postgres.PostgresLiveLog;
import io.evenkeel.console.postgres.PostgresPipelineReports;
import io.evenkeel.console.postgres.PostgresRecords;
import io.evenkeel.console.postgres.PostgresSignals;
import java.time.InstantSource;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.thymeleaf.spring6.view.ThymeleafViewResolver;

/**
 * The console's beans, named one by one. Needs a {@link JdbcClient}, Spring MVC, Thymeleaf and Spring Security in the
 * context; who may see which page is the security configuration's.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ConsoleOptions.class)
public class ConsoleConfiguration {
    @Bean
    PostgresHealth consoleHealth(JdbcClient jdbc) {
        return new PostgresHealth(jdbc);
    }

    @Bean
    PostgresIncidents consoleIncidents(JdbcClient jdbc) {
        return new PostgresIncidents(jdbc);
    }

    @Bean
    PostgresExecutions consoleExecutions(JdbcClient jdbc) {
        return new PostgresExecutions(jdbc);
    }

    @Bean
    PostgresSignals consoleSignals(JdbcClient jdbc) {
        return new PostgresSignals(jdbc);
    }

    @Bean
    PostgresRecords consoleRecords(JdbcClient jdbc) {
        return new PostgresRecords(jdbc);
    }

    @Bean
    AssetVersion consoleAssetVersion() {
        return AssetVersion.ofClassPath();
    }

    @Bean
    PageShell consolePageShell(PostgresHealth health, ConsoleOptions options, AssetVersion assets) {
        return new PageShell(health, options, assets);
    }

    @Bean
    IncidentPages consoleIncidentPages(PostgresIncidents incidents) {
        return new IncidentPages(incidents);
    }

    @Bean
    NowController consoleNowController(
            PageShell shell,
            PostgresIncidents incidents,
            PostgresExecutions executions,
            PostgresSignals signals,
            PostgresHealth health,
            ConsoleOptions options) {
        return new NowController(shell, incidents, executions, signals, health, options);
    }

    @Bean
    IncidentController consoleIncidentController(
            PageShell shell,
            IncidentPages pages,
            PostgresIncidents incidents,
            PostgresExecutions executions,
            PostgresSignals signals) {
        return new IncidentController(shell, pages, incidents, executions, signals);
    }

    @Bean
    EvidenceController consoleEvidenceController(
            PageShell shell,
            IncidentPages pages,
            PostgresIncidents incidents,
            PostgresExecutions executions,
            PostgresSignals signals,
            PostgresRecords records) {
        return new EvidenceController(shell, pages, incidents, executions, signals, records);
    }

    @Bean
    SignalsController consoleSignalsController(PageShell shell, IncidentPages pages, PostgresSignals signals) {
        return new SignalsController(shell, pages, signals);
    }

    @Bean
    RecordsController consoleRecordsController(
            PageShell shell, PostgresExecutions executions, PostgresRecords records) {
        return new RecordsController(shell, executions, records);
    }

    @Bean
    PipelineController consolePipelineController(PageShell shell, JdbcClient jdbc) {
        return new PipelineController(shell, new PostgresPipelineReports(jdbc));
    }

    @Bean
    LiveHub consoleLiveHub(JdbcClient jdbc, ConsoleOptions options) {
        return new LiveHub(new PostgresLiveLog(jdbc), InstantSource.system(), options.livePoll(), options.liveTick());
    }

    @Bean
    LiveController consoleLiveController(LiveHub hub) {
        return new LiveController(hub);
    }

    @Bean
    ConsoleTrouble consoleTrouble(PageShell shell) {
        return new ConsoleTrouble(shell);
    }

    /** A page that cannot be rendered becomes an error page, never the first half of a page. */
    @Bean
    static BeanPostProcessor consoleWholePages() {
        return new BeanPostProcessor() {
            @Override
            public Object postProcessAfterInitialization(Object bean, String name) {
                if (bean instanceof ThymeleafViewResolver resolver) {
                    resolver.setProducePartialOutputWhileProcessing(false);
                }
                return bean;
            }
        };
    }

    @Bean
    FilterRegistrationBean<PageHeaders> consolePageHeaders() {
        FilterRegistrationBean<PageHeaders> registration = new FilterRegistrationBean<>(new PageHeaders());
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 20);
        return registration;
    }
}
