package io.evenkeel.launcher;

import io.evenkeel.ingest.app.OtlpReceiverOptions.Guard;
import io.evenkeel.ingest.app.OtlpReceiverOptions.Tls;
import io.evenkeel.launcher.setup.StartupException;
import io.evenkeel.wire.otlp.SecretMask;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
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

    @Mixin
    MaskOptions masking = new MaskOptions();

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
        return masking.mask();
    }
}
