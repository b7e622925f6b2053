package io.evenkeel.testbed.shop;

import java.util.List;
import java.util.Locale;

/** What a process of the shop does. The name it is known by may be another one. */
public enum Role {
    FRONT(2),
    CATALOG(2),
    CHECKOUT(1),
    PAYMENT(1),
    INVENTORY(1);

    private final int replicas;

    Role(int replicas) {
        this.replicas = replicas;
    }

    /** The word in files and on command lines, and the service's name unless it is renamed. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** How many replicas a fresh shop runs, 1 or 2. */
    public int replicas() {
        return replicas;
    }

    /** Those it sends requests to. */
    public List<Role> callees() {
        return switch (this) {
            case FRONT -> List.of(CATALOG, CHECKOUT);
            case CHECKOUT -> List.of(PAYMENT, INVENTORY);
            case CATALOG, PAYMENT, INVENTORY -> List.of();
        };
    }

    /** @throws IllegalArgumentException for a word that is no role, with a message that lists them */
    public static Role of(String word) {
        for (Role role : values()) {
            if (role.word().equals(word)) {
                return role;
            }
        }
        throw new IllegalArgumentException("no role '" + word + "'; roles are " + words());
    }

    public static List<String> words() {
        return List.of(values()).stream().map(Role::word).toList();
    }
}
