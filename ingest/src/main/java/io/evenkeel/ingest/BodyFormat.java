package io.evenkeel.ingest;

/** The two encodings of OTLP; an answer is in that of its request. */
public enum BodyFormat {
    PROTOBUF("application/x-protobuf"),
    JSON("application/json");

    private final String contentType;

    BodyFormat(String contentType) {
        this.contentType = contentType;
    }

    public String contentType() {
        return contentType;
    }
}
