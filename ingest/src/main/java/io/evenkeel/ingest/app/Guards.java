package io.evenkeel.ingest.app;

import io.evenkeel.ingest.SenderTokens;
import io.evenkeel.ingest.app.OtlpReceiverOptions.Guard;
import io.evenkeel.ingest.app.OtlpReceiverOptions.Tls;
import io.evenkeel.ingest.app.ReceiverStartException.Problem;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What guards the door, read from its files. */
final class Guards {
    final @Nullable Supplier<SenderTokens> tokens;
    final @Nullable TlsFiles tls;

    private Guards(@Nullable Supplier<SenderTokens> tokens, @Nullable TlsFiles tls) {
        this.tokens = tokens;
        this.tls = tls;
    }

    /** @throws ReceiverStartException naming the file that cannot be used and what belongs into it */
    static Guards of(Guard guard) {
        Path tokenFile = guard.tokenFile();
        Tls tls = guard.tls();
        return new Guards(tokenFile == null ? null : tokens(tokenFile), tls == null ? null : tls(tls));
    }

    private static TokenFile tokens(Path file) {
        try {
            return new TokenFile(file);
        } catch (IOException | IllegalArgumentException e) {
            throw new ReceiverStartException(
                    Problem.TOKEN_UNUSABLE, "OTLP receiver: token file " + file + " cannot be used: " + reason(e), e);
        }
    }

    private static TlsFiles tls(Tls tls) {
        try {
            return new TlsFiles(tls);
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw new ReceiverStartException(
                    Problem.TLS_UNUSABLE,
                    "OTLP receiver: certificate " + tls.certificate() + " and key " + tls.key()
                            + (tls.clientAuthority() == null ? "" : " and client authority " + tls.clientAuthority())
                            + " cannot be used: " + reason(e)
                            + "; they are PEM files, the key unencrypted PKCS#8",
                    e);
        }
    }

    /** The file system's exceptions carry the file's name alone. */
    private static String reason(Exception e) {
        return e instanceof NoSuchFileException
                ? "there is no such file: " + e.getMessage()
                : e instanceof AccessDeniedException
                        ? "it may not be read: " + e.getMessage()
                        : String.valueOf(e.getMessage());
    }
}
