package io.evenkeel.remediation.app;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Options of the control plane; see the table in {@code remediation/README.md}.
 *
 * @param kafkaBootstrap brokers, {@code host:port,…}
 * @param dataDir directory that this process may write to; the first admin's password lands there
 * @param configDir directory that people own; absent means {@code <data-dir>/config}
 * @param publicUrl address under which people reach the console, for links in notifications; with https the session
 *     cookie is sent over TLS only
 * @param resolveAfter how long all harm must have stayed returned before an incident resolves by itself
 * @param goodWindows how many rollup windows in a row inside the frozen band make a mitigation; 3 × 10 s
 * @param blindAfter silence of an environment that is an incident of its own
 * @param blindAfterStart how long our own start may explain such a silence
 * @param tick how often incidents are judged and notifications sent
 * @param configPoll how often the configuration directory is looked at
 * @param tenSecondRollupsKept how long 10 s rollups are kept, in whole days
 * @param minuteRollupsKept how long 1 min rollups are kept, in whole days
 */
@ConfigurationProperties("evenkeel")
public record RemediationProperties(
        @DefaultValue("127.0.0.1:9392") String kafkaBootstrap,
        Path dataDir,
        @Nullable Path configDir,
        @DefaultValue("http://127.0.0.1:8088") String publicUrl,
        @DefaultValue("5m") Duration resolveAfter,
        @DefaultValue("3") int goodWindows,
        @DefaultValue("60s") Duration blindAfter,
        @DefaultValue("3m") Duration blindAfterStart,
        @DefaultValue("1s") Duration tick,
        @DefaultValue("2s") Duration configPoll,
        @DefaultValue("48h") Duration tenSecondRollupsKept,
        @DefaultValue("30d") Duration minuteRollupsKept) {
    public RemediationProperties {
        // Binding hands null in when the option is absent.
        if (dataDir == null) {
            throw new IllegalArgumentException(
                    "evenkeel.data-dir is missing: name a directory that Evenkeel may write to");
        }
        if (goodWindows < 1) {
            throw new IllegalArgumentException("evenkeel.good-windows must be at least 1, was " + goodWindows);
        }
        if (publicUrl.endsWith("/")) {
            publicUrl = publicUrl.substring(0, publicUrl.length() - 1);
        }
        requirePositive("resolve-after", resolveAfter);
        requirePositive("blind-after", blindAfter);
        requirePositive("tick", tick);
        requirePositive("config-poll", configPoll);
        requirePositive("ten-second-rollups-kept", tenSecondRollupsKept);
        requirePositive("minute-rollups-kept", minuteRollupsKept);
    }

    public Path configDirectory() {
        return configDir == null ? dataDir.resolve("config") : configDir;
    }

    private static void requirePositive(String option, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException("evenkeel." + option + " must be longer than zero, was " + value);
        }
    }
}
