@NullMarked
package dev.breakwater.storage.sql.robot;

import org.jspecify.annotations.NullMarked;
