import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import ca.uhn.fhir.validation.SingleValidationMessage;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.UnknownCodeSystemWarningValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.r4.model.Claim;
import org.hl7.fhir.r4.model.Coverage;
import org.hl7.fhir.r4.model.Organization;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;

/** Reads Claims with HAPI: errors by its validator, values by its model. One JSON object a file. */
public class FhirReader {
  public static void main(String[] args) throws Exception {
    FhirContext context = FhirContext.forR4();
    UnknownCodeSystemWarningValidationSupport unknown = new UnknownCodeSystemWarningValidationSupport(context);
    FhirInstanceValidator module = new FhirInstanceValidator(new ValidationSupportChain(
        new DefaultProfileValidationSupport(context), new CommonCodeSystemsTerminologyService(context),
        new InMemoryTerminologyServerValidationSupport(context), unknown));
    module.setAnyExtensionsAllowed(true);
    FhirValidator validator = context.newValidator().registerValidatorModule(module);
    for (String line : Files.readAllLines(Path.of(args[0]))) {
      String text = Files.readString(Path.of(line));
      List<String> errors = new ArrayList<>();
      for (SingleValidationMessage message : validator.validateWithResult(text).getMessages())
        if (message.getSeverity() == ResultSeverityEnum.ERROR || message.getSeverity() == ResultSeverityEnum.FATAL)
          errors.add(message.getLocationString() + ": " + message.getMessage());
      Map<String, String> values = valuesOf(context.newJsonParser().parseResource(Claim.class, text));
      System.out.println("{\"file\":" + quoted(line) + ",\"errors\":["
          + errors.stream().map(FhirReader::quoted).collect(Collectors.joining(",")) + "],\"values\":{"
          + values.entrySet().stream().map(each -> quoted(each.getKey()) + ":" + quoted(each.getValue()))
              .collect(Collectors.joining(",")) + "}}");
    }
  }

  private static Map<String, String> valuesOf(Claim claim) {
    Map<String, String> values = new LinkedHashMap<>();
    Patient subscriber = null;
    for (Resource each : claim.getContained()) {
      if (each instanceof Patient patient && patient.getIdElement().getIdPart().contains("subscriber")) subscriber = patient;
      else if (each instanceof Patient patient) person(values, "patient", patient);
      if (each instanceof Coverage coverage) {
        values.put("member", coverage.getSubscriberId());
        coverage.getClass_().forEach(kind -> values.put(kind.getType().getCodingFirstRep().getCode(), kind.getValue()));
      }
      if (each instanceof Practitioner dentist) values.put("dentist", dentist.getNameFirstRep().getFamily());
      if (each instanceof Organization clinic) values.put("clinic", clinic.getName());
    }
    if (subscriber != null) person(values, "subscriber", subscriber);
    values.put("submission", claim.getIdentifierFirstRep().getValue());
    values.put("total", claim.getTotal().getValue().toPlainString());
    values.put("currency", claim.getTotal().getCurrency());
    List<String> numbers = claim.getInsuranceFirstRep().getPreAuthRef().stream().map(StringType::getValue).collect(Collectors.toList());
    if (claim.hasReferral()) numbers.add(claim.getReferral().getIdentifier().getValue());
    values.put("authorisations", numbers.stream().sorted().collect(Collectors.joining(" ")));
    values.put("diagnoses", claim.getDiagnosis().stream().map(each -> each.getDiagnosisCodeableConcept().getCodingFirstRep().getCode()).collect(Collectors.joining(" ")));
    claim.getSupportingInfo().stream().filter(each -> each.hasValueStringType()).forEach(each -> values.put("note", each.getValueStringType().getValue()));
    if (claim.hasRelated()) {
      var related = claim.getRelatedFirstRep();
      String reference = related.getClaim().getReference();
      values.put("original", reference != null ? reference.replaceFirst("^Claim/", "")
          : related.getReference().hasValue() ? related.getReference().getValue() : related.getClaim().getIdentifier().getValue());
    }
    claim.getItem().forEach(item -> {
      String at = "line" + item.getSequence() + ".";
      values.put(at + "code", item.getProductOrService().getCodingFirstRep().getCode());
      values.put(at + "charge", item.getNet().getValue().toPlainString());
      values.put(at + "quantity", item.getQuantity().getValue().setScale(0).toPlainString());
      values.put(at + "day", item.getServicedDateType().getValueAsString());
      if (item.hasBodySite()) values.put(at + (item.getBodySite().getCodingFirstRep().getSystem().endsWith("area") ? "area" : "tooth"), item.getBodySite().getCodingFirstRep().getCode());
      if (item.hasSubSite()) values.put(at + "surfaces", item.getSubSite().stream().map(each -> each.getCodingFirstRep().getCode()).collect(Collectors.joining()));
    });
    return values;
  }

  private static void person(Map<String, String> values, String who, Patient patient) {
    values.put(who + ".family", patient.getNameFirstRep().getFamily());
    values.put(who + ".given", patient.getNameFirstRep().getGivenAsSingleString());
    values.put(who + ".born", patient.getBirthDateElement().getValueAsString());
    if (patient.hasAddress()) values.put(who + ".street", patient.getAddressFirstRep().getLine().get(0).getValue());
  }

  private static String quoted(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (char each : String.valueOf(text).toCharArray())
      out.append(each == '"' || each == '\\' ? "\\" + each : each < ' ' ? String.format("\\u%04x", (int) each) : String.valueOf(each));
    return out.append('"').toString();
  }
}
