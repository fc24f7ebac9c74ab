@NullMarked
package dev.breakwater.storage.sql.oidc;

import org.jspecify.annotations.NullMarked;
