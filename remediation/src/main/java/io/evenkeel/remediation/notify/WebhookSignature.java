package io.evenkeel.remediation.notify;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The header by which a receiver knows that a notification is ours: {@code t=<unix seconds>,v1=<hex>}, where v1 is
 * HMAC-SHA256 (RFC 2104, FIPS 180-4) over {@code <t>.<body>}. A receiver refuses a t more than 5 min away and compares
 * in constant time.
 */
public final class WebhookSignature {
    public static final String HEADER = "Evenkeel-Signature";

    private WebhookSignature() {}

    public static String of(byte[] secret, Instant at, String body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            long seconds = at.getEpochSecond();
            byte[] code = mac.doFinal((seconds + "." + body).getBytes(StandardCharsets.UTF_8));
            return "t=" + seconds + ",v1=" + HexFormat.of().formatHex(code);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }
}
