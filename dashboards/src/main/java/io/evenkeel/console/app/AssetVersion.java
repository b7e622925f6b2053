package io.evenkeel.console.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Short hash over the console's own style sheet and script, put behind their URLs so that a browser may keep them and
 * still sees a new version at once.
 */
record AssetVersion(String text) {
    private static final String[] FILES = {
        "/static/console/tokens.css", "/static/console/console.css", "/static/console/console.js"
    };

    static AssetVersion ofClassPath() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String file : FILES) {
                try (InputStream in = AssetVersion.class.getResourceAsStream(file)) {
                    if (in == null) {
                        throw new IllegalStateException(file + " is missing from the console's jar");
                    }
                    digest.update(in.readAllBytes());
                }
            }
            return new AssetVersion(HexFormat.of().formatHex(digest.digest(), 0, 6));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
