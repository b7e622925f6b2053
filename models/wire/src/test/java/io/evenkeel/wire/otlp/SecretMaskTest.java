package io.evenkeel.wire.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretMaskTest {
    private static final SecretMask MASK = SecretMask.standard();

    private static AnyValue text(String value) {
        return AnyValue.newBuilder().setStringValue(value).build();
    }

    private static KeyValue masked(SecretMask mask, String key, AnyValue value) throws Exception {
        byte[] bytes = KeyValue.newBuilder().setKey(key).setValue(value).build().toByteArray();
        mask.attribute(bytes, 0, bytes.length);
        return KeyValue.parseFrom(bytes);
    }

    private static String masked(String key, String value) throws Exception {
        return masked(MASK, key, text(value)).getValue().getStringValue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "password",
                "db.password",
                "spring.datasource.password",
                "http.request.header.authorization",
                "http.response.header.set-cookie",
                "http.request.header.x-api-key",
                "aws_secret_access_key",
                "apiKey",
                "accessToken",
                "AZURE_ACCOUNT_KEY",
                "client/secret"
            })
    void masksTheWholeValueOfAKeyThatNamesASecret(String key) throws Exception {
        assertThat(masked(key, "s3cr3t!")).isEqualTo("*******");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "service.name",
                "gen_ai.token.type",
                "messaging.kafka.message.key",
                "partition.key",
                "monkey",
                "tokenizer",
                "password.policy",
                "k"
            })
    void leavesOtherKeysAlone(String key) throws Exception {
        assertThat(masked(key, "plain value")).isEqualTo("plain value");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "https://api.example/v1?user=ann&token=abc123&page=2 | https://api.example/v1?user=ann&token=******&page=2",
                "postgresql://app:hunter2@db:5432/shop | postgresql://app:*******@db:5432/shop",
                "https://example:8443/a:b@c | https://example:8443/a:b@c",
                "jdbc:mysql://db/shop?user=app&password=x | jdbc:mysql://db/shop?user=app&password=*",
                "java -Dapp.password=geheim -jar a.jar | java -Dapp.password=****** -jar a.jar",
                "backup --db-password geheim --to s3 | backup --db-password ****** --to s3",
                "Authorization: Bearer abcdefgh.ijk | Authorization: Bearer ************",
                "curl -H 'Basic dXNlcjpwYXNz' | curl -H 'Basic ************'",
                "sent Bearer abcdefghij to it | sent Bearer ********** to it",
                "the bearer of news | the bearer of news",
                "{\"user\":\"ann\",\"password\":\"a b\",\"n\":1} | {\"user\":\"ann\",\"password\":\"***\",\"n\":1}",
                "ALTER USER ann SET password = 'a b c' NOW | ALTER USER ann SET password = '*****' NOW",
                "Unexpected token: EOF at 7 | Unexpected token: EOF at 7",
                "password: hunter2 | password: *******",
                "token:abc and 'token': 'abc' | token:*** and 'token': '***'",
                "at 12:30 GET /users/7 took 3 ms, size=12 | at 12:30 GET /users/7 took 3 ms, size=12",
            })
    void masksTheSecretPartOfAText(String given, String wanted) throws Exception {
        assertThat(masked("process.command_line", given)).isEqualTo(wanted);
    }

    @Test
    void masksTheArgumentBehindAnOption() throws Exception {
        ArrayValue arguments = ArrayValue.newBuilder()
                .addValues(text("app"))
                .addValues(text("--api-key"))
                .addValues(text("k-123"))
                .addValues(text("--token=t-9"))
                .addValues(text("serve"))
                .build();
        KeyValue seen = masked(
                MASK,
                "process.command_args",
                AnyValue.newBuilder().setArrayValue(arguments).build());
        assertThat(seen.getValue().getArrayValue().getValuesList().stream().map(AnyValue::getStringValue))
                .containsExactly("app", "--api-key", "*****", "--token=***", "serve");
    }

    @Test
    void masksAllBelowASecretKeyAndSecretKeysBelowAnyOther() throws Exception {
        AnyValue nested = AnyValue.newBuilder()
                .setKvlistValue(KeyValueList.newBuilder()
                        .addValues(KeyValue.newBuilder().setKey("user").setValue(text("ann")))
                        .addValues(KeyValue.newBuilder().setKey("password").setValue(text("abc"))))
                .build();
        assertThat(masked(MASK, "request", nested).getValue().getKvlistValue().getValuesList().stream()
                        .map(entry -> entry.getValue().getStringValue()))
                .containsExactly("ann", "***");
        assertThat(masked(MASK, "credentials", nested).getValue().getKvlistValue().getValuesList().stream()
                        .map(entry -> entry.getValue().getStringValue()))
                .containsExactly("***", "***");
    }

    @Test
    void keepsAndMasksKeysByNameWhereToldTo() throws Exception {
        SecretMask told = new SecretMask(Set.of("Tenant.Pin"), Set.of("next.page.token"));
        assertThat(masked(told, "tenant.pin", text("1234")).getValue().getStringValue())
                .isEqualTo("****");
        assertThat(masked(told, "next.page.token", text("p7")).getValue().getStringValue())
                .isEqualTo("p7");
    }

    @Property
    void keepsEveryLengthAndTheTextsEncoding(@ForAll String key, @ForAll @Size(max = 200) String value)
            throws Exception {
        String seen = masked(MASK, key, text(value)).getValue().getStringValue();
        assertThat(seen.getBytes(StandardCharsets.UTF_8))
                .hasSameSizeAs(text(value).getStringValueBytes().toByteArray());
    }

    /** A sender that is moved from one way to the other keeps its series, and neither way tells its secrets. */
    @Property
    void takesTheSameIdentityPastTheDoorAsThroughIt(
            @ForAll("keys") String key, @ForAll("values") AnyValue value, @ForAll("values") AnyValue other)
            throws Exception {
        byte[] past = KeyValueList.newBuilder()
                .addValues(KeyValue.newBuilder().setKey(key).setValue(value))
                .addValues(KeyValue.newBuilder().setKey("z").setValue(other))
                .build()
                .toByteArray();
        byte[] through = KeyValueList.newBuilder()
                .addValues(masked(MASK, key, value))
                .addValues(masked(MASK, "z", other))
                .build()
                .toByteArray();

        assertThat(canonical(past, MASK)).isEqualTo(canonical(through, MASK));
        assertThat(masked(MASK, key, masked(MASK, key, value).getValue())).isEqualTo(masked(MASK, key, value));
    }

    private static byte[] canonical(byte[] attributes, SecretMask mask) {
        Cursor cursor = new Cursor();
        cursor.open(attributes, 0);
        KeyValues entries = new KeyValues();
        while (cursor.position < attributes.length) {
            cursor.tag(attributes.length);
            int length = cursor.length(attributes.length);
            entries.read(cursor, cursor.position + length);
        }
        CanonicalForm form = new CanonicalForm(mask);
        form.putAttributes(cursor, entries);
        return Arrays.copyOf(form.bytes(), form.size());
    }

    @Provide
    Arbitrary<String> keys() {
        return Arbitraries.of("url.full", "db.password", "process.command_args", "apiKey", "a");
    }

    @Provide
    Arbitrary<AnyValue> values() {
        Arbitrary<AnyValue> texts = Arbitraries.of(
                        "--db-password",
                        "geheim",
                        "Bearer ",
                        "abcdefghij",
                        "password",
                        "=",
                        ": ",
                        " ",
                        "user:",
                        "@h",
                        "://",
                        "\"")
                .list()
                .ofMaxSize(6)
                .map(parts -> text(String.join("", parts)));
        return Arbitraries.lazyOf(
                () -> texts,
                () -> texts.list()
                        .ofMaxSize(4)
                        .map(all -> AnyValue.newBuilder()
                                .setArrayValue(ArrayValue.newBuilder().addAllValues(all))
                                .build()),
                () -> Combinators.combine(keys(), values())
                        .as((key, value) -> AnyValue.newBuilder()
                                .setKvlistValue(KeyValueList.newBuilder()
                                        .addValues(KeyValue.newBuilder()
                                                .setKey(key)
                                                .setValue(value)))
                                .build()));
    }
}
