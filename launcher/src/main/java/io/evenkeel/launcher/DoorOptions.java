package io.evenkeel.launcher;

import io.evenkeel.ingest.app.OtlpReceiverOptions.Guard;
import io.evenkeel.ingest.app.OtlpReceiverOptions.Tls;
import io.evenkeel.launcher.setup.StartupException;
import io.evenkeel.wire.otlp.SecretMask;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Who may send, over what, and what of it is masked. */
final class DoorOptions {
    @Option(
            names = "--otlp-token-file",
            paramLabel = "FILE",
            description =
                    "Senders and the hashes of their bearer tokens, as ./evenkeel token writes it; read again when it"
                            + " changes. Default: none, which --bind allows on loopback only.")
    @Nullable
    Path tokenFile;

    @Option(
            names = "--otlp-tls-cert",
            paramLabel = "FILE",
            description = "Certificate chain (PEM) of the OTLP receivers, which then speak TLS only; read again when it"
                    + " changes. Default: none, plain.")
    @Nullable
    Path certificate;

    @Option(
            names = "--otlp-tls-key",
            paramLabel = "FILE",
            description = "Its private key (PEM, PKCS#8). Needed with --otlp-tls-cert.")
    @Nullable
    Path key;

    @Option(
            names = "--otlp-client-ca",
            paramLabel = "FILE",
            description = "Authority (PEM) that signs senders' certificates; senders without one are turned away."
                    + " Default: none, certificates are not asked for.")
    @Nullable
    Path clientAuthority;

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

    /** @throws StartupException for a certificate without a key, a key or an authority without a certificate */
    Guard guard() {
        if (certificate == null || key == null) {
            if (certificate != null || key != null || clientAuthority != null) {
                throw new StartupException(
                        "--otlp-tls-cert and --otlp-tls-key go together, and --otlp-client-ca needs both");
            }
            return new Guard(tokenFile, null);
        }
        return new Guard(tokenFile, new Tls(certificate, key, clientAuthority));
    }

    SecretMask mask() {
        return new SecretMask(new HashSet<>(masked), new HashSet<>(kept));
    }
}
