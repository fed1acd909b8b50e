{{- define "ts-ingress.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "ts-ingress.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- $name := include "ts-ingress.name" . -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "ts-ingress.serviceAccountName" -}}
{{- default (ternary (include "ts-ingress.fullname" .) "default" .Values.serviceAccount.create) .Values.serviceAccount.name -}}
{{- end -}}

{{- /* What never changes: a selector cannot be changed later. */ -}}
{{- define "ts-ingress.selector" -}}
app.kubernetes.io/name: {{ include "ts-ingress.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: controller
{{- end -}}

{{- define "ts-ingress.labels" -}}
{{ include "ts-ingress.selector" . }}
{{ include "ts-ingress.origin" . }}
{{- end -}}

{{- define "ts-ingress.origin" -}}
app.kubernetes.io/part-of: ts-ingress
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "ts-ingress.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ default .Chart.AppVersion .Values.image.tag }}
{{- end -}}
{{- end -}}

{{- define "ts-ingress.metricsSelector" -}}
app.kubernetes.io/name: {{ include "ts-ingress.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: metrics
{{- end -}}

{{- define "ts-ingress.admissionLabels" -}}
app.kubernetes.io/name: {{ include "ts-ingress.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: admission
{{ include "ts-ingress.origin" . }}
{{- end -}}

{{- define "ts-ingress.metricsLabels" -}}
{{ include "ts-ingress.metricsSelector" . }}
{{ include "ts-ingress.origin" . }}
{{- end -}}
