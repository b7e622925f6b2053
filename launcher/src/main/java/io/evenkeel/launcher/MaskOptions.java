package io.evenkeel.launcher;

import io.evenkeel.wire.otlp.SecretMask;
import java.util.HashSet;
import java.util.List;
import picocli.CommandLine.Option;

/** What of attributes is masked: what is learned from a past must be masked as what comes live is. */
final class MaskOptions {
    @Option(
            names = "--mask-attribute",
            paramLabel = "KEY",
            description = "Attribute whose value is overwritten with asterisks, besides those whose names say password,"
                    + " secret, token, authorization, cookie, credentials or api key. May be repeated. Default: none.")
    List<String> masked = List.of();

    @Option(
            names = "--keep-attribute",
            paramLabel = "KEY",
            description =
                    "Attribute that is kept though its name sounds like a secret. May be repeated. Default: none.")
    List<String> kept = List.of();

    SecretMask mask() {
        return new SecretMask(new HashSet<>(masked), new HashSet<>(kept));
    }
}
