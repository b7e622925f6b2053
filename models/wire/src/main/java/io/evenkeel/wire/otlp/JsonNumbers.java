package io.evenkeel.wire.otlp;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.regex.Pattern;
import tools.jackson.core.JsonParser;

/**
 * Numbers as protobuf's JSON mapping has them: any number may stand as a string, 64-bit ones usually do, and doubles
 * may be "NaN", "Infinity" or "-Infinity". Out of range or with a fraction where none belongs is malformed.
 */
final class JsonNumbers {
    private static final BigInteger MAX_UINT64 = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);
    private static final BigInteger MIN_INT64 = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger MAX_INT64 = BigInteger.valueOf(Long.MAX_VALUE);
    private static final long MAX_UINT32 = 0xffff_ffffL;
    /** Decimal digits of the longest number that cannot overflow a long. */
    private static final int SAFE_DIGITS = 18;
    /** More digits than any 64-bit number has; keeps 1e999999999 from being written out. */
    private static final int MAX_DIGITS = 20;
    /** Characters of a numeral; a decimal's cost grows with the square of its digits. Jackson's own bound for numbers. */
    private static final int MAX_LENGTH = 1000;

    private static final Pattern DECIMAL = Pattern.compile("-?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]{1,9})?");

    private JsonNumbers() {}

    static int int32(JsonParser parser, FieldShape field) throws MalformedRequestException {
        long number = int64(parser, field);
        if (number != (int) number) {
            throw OtlpJson.wrongType(parser, field, "a 32-bit number");
        }
        return (int) number;
    }

    static long uint32(JsonParser parser, FieldShape field) throws MalformedRequestException {
        long number = int64(parser, field);
        if (number < 0 || number > MAX_UINT32) {
            throw OtlpJson.wrongType(parser, field, "an unsigned 32-bit number");
        }
        return number;
    }

    static long int64(JsonParser parser, FieldShape field) throws MalformedRequestException {
        return within(parser, field, MIN_INT64, MAX_INT64);
    }

    /** Numbers of 2^63 and above come back negative, as protobuf keeps them in Java. */
    static long uint64(JsonParser parser, FieldShape field) throws MalformedRequestException {
        return within(parser, field, BigInteger.ZERO, MAX_UINT64);
    }

    static double decimal(JsonParser parser, FieldShape field) throws MalformedRequestException {
        return switch (parser.currentToken()) {
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_STRING ->
                switch (parser.getString()) {
                    case "NaN" -> Double.NaN;
                    case "Infinity" -> Double.POSITIVE_INFINITY;
                    case "-Infinity" -> Double.NEGATIVE_INFINITY;
                    default -> Double.parseDouble(checked(parser.getString(), parser, field));
                };
            default -> throw OtlpJson.wrongType(parser, field, "a number");
        };
    }

    private static long within(JsonParser parser, FieldShape field, BigInteger min, BigInteger max)
            throws MalformedRequestException {
        String numeral = numeral(parser, field);
        if (numeral.length() <= SAFE_DIGITS && isPlain(numeral)) {
            long number = Long.parseLong(numeral);
            if (number < 0 && min.signum() == 0) {
                throw OtlpJson.wrongType(parser, field, "a number from 0");
            }
            return number;
        }
        BigDecimal decimal = new BigDecimal(checked(numeral, parser, field));
        if (decimal.signum() != 0 && (long) decimal.precision() - decimal.scale() > MAX_DIGITS) {
            throw OtlpJson.wrongType(parser, field, "a 64-bit number");
        }
        if (decimal.stripTrailingZeros().scale() > 0) {
            throw OtlpJson.wrongType(parser, field, "a whole number");
        }
        BigInteger number = decimal.toBigInteger();
        if (number.compareTo(min) < 0 || number.compareTo(max) > 0) {
            throw OtlpJson.wrongType(parser, field, "a number from " + min + " to " + max);
        }
        return number.longValue();
    }

    private static boolean isPlain(String numeral) {
        int first = numeral.startsWith("-") ? 1 : 0;
        for (int i = first; i < numeral.length(); i++) {
            if (numeral.charAt(i) > '9' || numeral.charAt(i) < '0') {
                return false;
            }
        }
        return numeral.length() > first;
    }

    /** What BigDecimal reads, and reads soon: JSON itself allows exponents of any length, and strings anything. */
    private static String checked(String numeral, JsonParser parser, FieldShape field)
            throws MalformedRequestException {
        if (numeral.length() > MAX_LENGTH || !DECIMAL.matcher(numeral).matches()) {
            throw OtlpJson.wrongType(parser, field, "a number");
        }
        return numeral;
    }

    /** The number as it stands there, be it a JSON number or a string that holds one. */
    private static String numeral(JsonParser parser, FieldShape field) throws MalformedRequestException {
        return switch (parser.currentToken()) {
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_STRING -> parser.getString();
            default -> throw OtlpJson.wrongType(parser, field, "a number");
        };
    }
}
