package dev.breakwater.core.user;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A person with a row of their own. The password hash is not part of it, so that no list, event or
 * answer can carry it by accident: see {@link UserCredentials}.
 *
 * @param id the row's number, positive
 * @param username unique among users that are not deleted, compared byte for byte
 * @param email unique where present
 * @param sysadmin may do everything
 */
public record User(
    long id,
    String username,
    @Nullable String email,
    String realName,
    String comment,
    boolean sysadmin,
    Instant creationTime,
    Instant updateTime) {}
