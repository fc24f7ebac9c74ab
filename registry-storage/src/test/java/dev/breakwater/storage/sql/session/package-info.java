@NullMarked
package dev.breakwater.storage.sql.session;

import org.jspecify.annotations.NullMarked;
