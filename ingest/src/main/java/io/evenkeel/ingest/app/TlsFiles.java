package io.evenkeel.ingest.app;

import com.linecorp.armeria.common.TlsKeyPair;
import com.linecorp.armeria.common.TlsProvider;
import io.evenkeel.ingest.app.OtlpReceiverOptions.Tls;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The door's certificate, key and client authority as their files are now: looked at once a second, at a handshake, so that a renewed
 * certificate needs no restart. While a file is broken the last good ones count. Safe for any thread.
 */
final class TlsFiles implements TlsProvider {
    private static final Logger LOG = LoggerFactory.getLogger(TlsFiles.class);
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Tls files;
    private final AtomicLong lookedAt = new AtomicLong(System.nanoTime());
    private volatile Material material;

    private record Material(List<FileTime> changed, TlsKeyPair pair, List<X509Certificate> authorities) {}

    /**
     * @throws IOException when a file cannot be read
     * @throws GeneralSecurityException when it holds no certificate
     * @throws IllegalArgumentException when it holds no key, or one of another certificate
     */
    TlsFiles(Tls files) throws IOException, GeneralSecurityException {
        this.files = files;
        this.material = read();
    }

    private Material read() throws IOException, GeneralSecurityException {
        List<FileTime> changed = changed();
        TlsKeyPair pair;
        try (InputStream key = Files.newInputStream(files.key());
                InputStream certificate = Files.newInputStream(files.certificate())) {
            pair = TlsKeyPair.of(key, certificate);
        }
        List<X509Certificate> authorities = new ArrayList<>();
        Path authority = files.clientAuthority();
        if (authority != null) {
            try (InputStream pem = Files.newInputStream(authority)) {
                for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                    authorities.add((X509Certificate) certificate);
                }
            }
            if (authorities.isEmpty()) {
                throw new IllegalArgumentException(authority + " holds no certificate");
            }
        }
        return new Material(changed, pair, authorities);
    }

    private List<FileTime> changed() throws IOException {
        List<FileTime> changed = new ArrayList<>();
        changed.add(Files.getLastModifiedTime(files.certificate()));
        changed.add(Files.getLastModifiedTime(files.key()));
        Path authority = files.clientAuthority();
        if (authority != null) {
            changed.add(Files.getLastModifiedTime(authority));
        }
        return changed;
    }

    private Material current() {
        long last = lookedAt.get();
        long now = System.nanoTime();
        if (now - last > LOOK_NANOS && lookedAt.compareAndSet(last, now)) {
            try {
                if (!changed().equals(material.changed)) {
                    material = read();
                    LOG.info("OTLP receiver: certificate {} read again", files.certificate());
                }
            } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
                LOG.error(
                        "OTLP receiver: TLS files cannot be read again, those of before still count: {}",
                        e.getMessage());
            }
        }
        return material;
    }

    @Override
    public TlsKeyPair keyPair(String hostname) {
        return current().pair;
    }

    @Override
    public List<X509Certificate> trustedCertificates(String hostname) {
        return current().authorities;
    }
}
