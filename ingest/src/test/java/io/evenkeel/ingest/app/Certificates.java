package io.evenkeel.ingest.app;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A certificate authority and what it has signed, made by the JDK's own keytool. */
final class Certificates {
    private static final char[] PASSWORD = "changeit".toCharArray();

    private final Path directory;

    Certificates(Path directory) throws Exception {
        this.directory = Files.createDirectories(directory);
        keytool("authority", "-genkeypair", "-keyalg", "EC", "-dname", "CN=authority", "-ext", "bc:c");
        pem(
                "authority.pem",
                "CERTIFICATE",
                keyStore("authority").getCertificate("authority").getEncoded());
    }

    Path authority() {
        return directory.resolve("authority.pem");
    }

    Path certificate(String name) {
        return directory.resolve(name + ".pem");
    }

    Path key(String name) {
        return directory.resolve(name + ".key");
    }

    /** Makes a key and has the authority sign it; again under the same name: a renewed one. */
    void sign(String name, String extension) throws Exception {
        Files.deleteIfExists(directory.resolve(name + ".p12"));
        keytool(name, "-genkeypair", "-keyalg", "EC", "-dname", "CN=" + name);
        keytool(name, "-certreq", "-file", file(name + ".csr"));
        keytool(
                "authority",
                "-gencert",
                "-infile",
                file(name + ".csr"),
                "-outfile",
                file(name + ".der"),
                "-ext",
                extension);
        keytool(name, "-importcert", "-noprompt", "-alias", "ca", "-file", file("authority.pem"));
        keytool(name, "-importcert", "-noprompt", "-file", file(name + ".der"));
        KeyStore store = keyStore(name);
        pem(name + ".key", "PRIVATE KEY", store.getKey(name, PASSWORD).getEncoded());
        pem(name + ".pem", "CERTIFICATE", store.getCertificate(name).getEncoded());
    }

    /**
     * Trusts the authority.
     *
     * @param name whose certificate is shown; empty for none
     */
    SSLContext context(String name) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, PASSWORD);
        trusted.setCertificateEntry("authority", keyStore("authority").getCertificate("authority"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        KeyStore own = KeyStore.getInstance("PKCS12");
        own.load(null, PASSWORD);
        if (!name.isEmpty()) {
            KeyStore store = keyStore(name);
            own.setKeyEntry(
                    name, store.getKey(name, PASSWORD), PASSWORD, new Certificate[] {store.getCertificate(name)});
        }
        keys.init(own, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private String file(String name) {
        return directory.resolve(name).toString();
    }

    private KeyStore keyStore(String name) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(directory.resolve(name + ".p12"))) {
            store.load(in, PASSWORD);
        }
        return store;
    }

    private void pem(String name, String kind, byte[] der) throws IOException {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        Files.writeString(
                directory.resolve(name), "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n");
    }

    private void keytool(String store, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        if (!command.contains("-alias")) {
            command.addAll(List.of("-alias", store));
        }
        command.addAll(
                List.of("-keystore", file(store + ".p12"), "-storetype", "PKCS12", "-storepass", new String(PASSWORD)));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(String.join(" ", command) + ": " + said);
        }
    }
}
