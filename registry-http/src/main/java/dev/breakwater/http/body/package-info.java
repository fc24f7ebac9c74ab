/** Bodies under back-pressure: uploads, downloads and small ones. */
@NullMarked
package dev.breakwater.http.body;

import org.jspecify.annotations.NullMarked;
