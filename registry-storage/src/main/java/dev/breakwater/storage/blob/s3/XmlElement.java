package dev.breakwater.storage.blob.s3;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * An element of an answer. Attributes and namespaces are left out: S3 says nothing with them.
 *
 * @param text of the element itself
 */
record XmlElement(String name, String text, List<XmlElement> children) {
  private static final int DEEPEST = 16;
  private static final XMLInputFactory READERS = readers();

  private static XMLInputFactory readers() {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
    return factory;
  }

  static XmlElement parse(byte[] document) throws IOException {
    try {
      XMLStreamReader reader = READERS.createXMLStreamReader(new ByteArrayInputStream(document));
      reader.nextTag();
      return read(reader, 0);
    } catch (XMLStreamException e) {
      throw new IOException("S3 answered with something that is not XML", e);
    }
  }

  private static XmlElement read(XMLStreamReader reader, int depth)
      throws XMLStreamException, IOException {
    if (depth > DEEPEST) {
      throw new IOException("S3 answered with XML that is too deep");
    }
    String name = reader.getLocalName();
    StringBuilder text = new StringBuilder();
    List<XmlElement> children = new ArrayList<>();
    for (int event = reader.next();
        event != XMLStreamConstants.END_ELEMENT;
        event = reader.next()) {
      if (event == XMLStreamConstants.START_ELEMENT) {
        children.add(read(reader, depth + 1));
      } else if (event == XMLStreamConstants.CHARACTERS) {
        text.append(reader.getText());
      }
    }
    return new XmlElement(name, text.toString(), children);
  }

  List<XmlElement> all(String child) {
    return children.stream().filter(each -> each.name.equals(child)).toList();
  }

  /** The text of the first child of this name. */
  Optional<String> find(String child) {
    return children.stream()
        .filter(each -> each.name.equals(child))
        .map(XmlElement::text)
        .findFirst();
  }

  String get(String child) throws IOException {
    return find(child)
        .orElseThrow(() -> new IOException("S3 answered with a <" + name + "> without " + child));
  }

  static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }
}
