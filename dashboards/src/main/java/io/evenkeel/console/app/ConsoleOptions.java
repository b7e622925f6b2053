package io.evenkeel.console.app;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Options of the console; see the table in {@code dashboards/README.md}.
 *
 * @param zone zone in which the server's times are written
 * @param dataWarnAfter age of the newest data from which the header warns; windows are 10 s wide and judged a few
 *     seconds after their end, so that 20 s are usual
 * @param dataBlindAfter age of the newest data from which the console says that it is blind
 * @param livePoll how often the event table is read while somebody looks, for all readers at once
 * @param liveTick how often every open page is told the time and refreshes its plots; also the heartbeat
 * @param otlpGrpcPort where telemetry is taken over gRPC, named on the first page of a fresh installation
 * @param otlpHttpPort where it is taken over HTTP
 * @param demoSince when the demo was started, whose bands begin with a simulated past, as every page then says; null for
 *     real users
 */
@ConfigurationProperties("evenkeel.console")
public record ConsoleOptions(
        @DefaultValue("UTC") ZoneId zone,
        @DefaultValue("30s") Duration dataWarnAfter,
        @DefaultValue("60s") Duration dataBlindAfter,
        @DefaultValue("150ms") Duration livePoll,
        @DefaultValue("10s") Duration liveTick,
        @DefaultValue("4317") int otlpGrpcPort,
        @DefaultValue("4318") int otlpHttpPort,
        @Nullable Instant demoSince) {}
